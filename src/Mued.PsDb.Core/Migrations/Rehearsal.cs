using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// The dry run: everything pending for real in one transaction that is rolled back. What it locked and rewrote is read from the
/// catalog before the rollback.
/// </summary>
internal sealed class Rehearsal(RunContext context, RunSession session, RunProgressBook book)
{
    // The modes of the PostgreSQL manual, Explicit Locking, from the weakest to the strongest.
    private static readonly string[] Modes =
    [
        "AccessShareLock",
        "RowShareLock",
        "RowExclusiveLock",
        "ShareUpdateExclusiveLock",
        "ShareLock",
        "ShareRowExclusiveLock",
        "ExclusiveLock",
        "AccessExclusiveLock",
    ];

    private readonly string marker = $"mued_{context.Id:N}";
    private readonly NpgsqlConnection connection = session.Connection;
    private readonly Dictionary<uint, Relation> relations = [];

    /// <summary>Rehearses what the plan would run, and notes in the book what it did. Always rolls back.</summary>
    /// <exception cref="MuedException">A statement failed, as it would in earnest.</exception>
    /// <returns>How many migrations were rehearsed.</returns>
    public async Task<int> RunAsync(MigrationPlan plan, CancellationToken cancellationToken)
    {
        context.Observer.Watch(Texts.Get("DryRun"));
        try
        {
            var rehearsed = 0;
            await BeginAsync(cancellationToken).ConfigureAwait(false);
            var pending = plan.Items.Where(item => item.Runs).ToList();
            foreach (var item in pending)
            {
                if (item.NonTransactional)
                {
                    book.Rehearsed(item, Texts.Get("NotRehearsed"), []);
                }
                else if (await RehearseAsync(item, cancellationToken).ConfigureAwait(false))
                {
                    rehearsed++;
                }
                else
                {
                    foreach (var rest in pending.SkipWhile(each => each != item))
                        book.Rehearsed(rest, Texts.Get("NotRehearsedLabel", item.File.Name), []);
                    break;
                }
            }

            return rehearsed;
        }
        catch (MuedException e) when (e.InnerException is PostgresException)
        {
            if (await context.Observer.JudgeAsync(e).ConfigureAwait(false) is var judged && judged != e)
                throw judged;
            throw;
        }
        finally
        {
            await session.RollBackAsync(CancellationToken.None).ConfigureAwait(false);
            context.Observer.Unwatch();
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var found = await connection
            .QueryAsync(
                [.. context.Transaction.Begin(connection), Relations()],
                reader =>
                    reader.RowsAsync(
                        row => (Oid: row.GetFieldValue<uint>(1), Relation: new Relation(row.GetString(3), row.GetFieldValue<uint>(2))),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        found.ForEach(item => relations[item.Oid] = item.Relation);
    }

    /// <summary>Rehearses one migration. Returns false when only a commit before it would let it run.</summary>
    private async Task<bool> RehearseAsync(PlanItem item, CancellationToken cancellationToken)
    {
        var script = item.File.Sql;
        using var batch = connection.Batch(Locks());
        var places = new Dictionary<NpgsqlBatchCommand, int>();
        foreach (var statement in script.Statements)
        {
            var step = BatchStep.Unguarded(script.TextOf(statement));
            places.Add(step.Command, places.Count);
            batch.Add(step, Locks());
        }

        batch.Add([
            .. DeferredConstraints.CheckAndDefer,
            Relations(),
            .. session.Defaults.Restore(script),
            .. context.Transaction.Sql(connection),
        ]);
        book.Rehearsing(item);
        try
        {
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                book.Rehearsed(item, Texts.Get("Rehearsed"), await ReadAsync(reader, cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (PostgresException e)
            when (e.SqlState == SqlStates.UnsafeNewEnumValueUsage
                && !script.Labels.Any(label => e.MessageText.Contains(label, StringComparison.Ordinal))
            )
        {
            // A label that an earlier pending migration adds (PostgreSQL manual, ALTER TYPE). One of its own would stop it in earnest.
            return false;
        }
        catch (PostgresException e)
        {
            book.Failed(item);
            int? statement = e.BatchCommand is NpgsqlBatchCommand failed && places.TryGetValue(failed, out var place) ? place : null;
            throw ServerError.From(e, script, statement, item.File.Name);
        }
    }

    private async Task<IReadOnlyList<RelationImpact>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        DateTime begun = default,
            last = default;
        do
        {
            if (reader.FieldCount < 2 || reader.GetName(0) != marker)
                continue;
            var looks = reader.GetName(1) == "mode";
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!looks)
                {
                    if (
                        relations.TryGetValue(reader.GetFieldValue<uint>(1), out var same)
                        && same.FileNode != reader.GetFieldValue<uint>(2)
                    )
                        (same.Rewritten, same.FileNode) = (true, reader.GetFieldValue<uint>(2));
                }
                else if (reader.IsDBNull(2))
                {
                    // The statement that took a lock began at the look before.
                    (begun, last) = (last, reader.GetDateTime(3));
                }
                else if (relations.TryGetValue(reader.GetFieldValue<uint>(2), out var relation) && relation.Held.Add(reader.GetString(1)))
                {
                    relation.Fresh.Add(reader.GetString(1));
                    relation.Since ??= last == default ? null : begun;
                }
            }
        } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));

        return
        [
            .. relations
                .Values.Where(relation => relation.Fresh.Count > 0 || relation.Rewritten)
                .OrderBy(relation => relation.Name, StringComparer.Ordinal)
                .Select(relation => relation.TakeImpact(last)),
        ];
    }

    private NpgsqlBatchCommand Relations() =>
        new(
            $"""
            SELECT NULL AS {marker}, c.oid, c.relfilenode, format('%I.%I', n.nspname, c.relname)
            FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I', 'S', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            """
        );

    // The clock first, as a row without a relation, then the locks that this backend holds.
    private NpgsqlBatchCommand Locks() =>
        new(
            $"""
            SELECT NULL AS {marker}, NULL AS mode, NULL::oid, clock_timestamp()
            UNION ALL
            SELECT NULL, mode, relation, NULL FROM pg_catalog.pg_locks
            WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted AND relation = ANY($1)
            """
        )
        {
            Parameters = { ArrayParameter.Oids(relations.Keys) },
        };

    private sealed class Relation(string name, uint fileNode)
    {
        public string Name { get; } = name;

        public uint FileNode { get; set; } = fileNode;

        public bool Rewritten { get; set; }

        public HashSet<string> Held { get; } = new(StringComparer.Ordinal);

        public List<string> Fresh { get; } = [];

        public DateTime? Since { get; set; }

        public RelationImpact TakeImpact(DateTime end)
        {
            var impact = new RelationImpact(
                Name,
                [.. Fresh.OrderBy(mode => Array.IndexOf(Modes, mode))],
                Rewritten,
                Since is { } since ? end - since : TimeSpan.Zero
            );
            Fresh.Clear();
            (Rewritten, Since) = (false, null);
            return impact;
        }
    }
}
