using Mued.PsDb.Backups;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>Puts sequences back to where they stood before an undo, and never back behind where they are now.</summary>
internal sealed class SequenceRestorer
{
    // A sequence that belonged to a column is what belongs to the column now, whatever its name.
    private const string FindSql = """
        SELECT c.oid, n.nspname::text, c.relname::text, q.seqincrement, q.seqmin, q.seqmax
        FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS v (schema, name, owner_schema, owner, owner_column, place)
        LEFT JOIN LATERAL (
            SELECT found.oid
            FROM (
                SELECT d.objid AS oid, 0 AS rank
                FROM pg_catalog.pg_namespace AS s
                JOIN pg_catalog.pg_class AS t ON t.relnamespace = s.oid AND t.relname = v.owner
                JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attname = v.owner_column
                JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
                    AND d.refobjid = t.oid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
                WHERE s.nspname = v.owner_schema
                UNION ALL
                SELECT t.oid, 1 FROM pg_catalog.pg_namespace AS s JOIN pg_catalog.pg_class AS t ON t.relnamespace = s.oid AND t.relname = v.name
                WHERE s.nspname = v.schema
            ) AS found
            JOIN pg_catalog.pg_class AS t ON t.oid = found.oid AND t.relkind = 'S'
            ORDER BY found.rank, t.relname <> v.name, found.oid LIMIT 1
        ) AS f ON true
        LEFT JOIN pg_catalog.pg_class AS c ON c.oid = f.oid
        LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
        ORDER BY v.place
        """;

    private readonly IReadOnlyList<(SequenceState State, Target? Found)> sequences;

    private SequenceRestorer(IReadOnlyList<(SequenceState State, Target? Found)> sequences) => this.sequences = sequences;

    /// <summary>Finds the sequences, and locks them against those who take numbers.</summary>
    public static async Task<SequenceRestorer> FindAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SequenceState> states,
        CancellationToken cancellationToken
    )
    {
        if (states.Count == 0)
            return new([]);
        var find = new NpgsqlBatchCommand(FindSql)
        {
            Parameters =
            {
                ArrayParameter.Texts(states.Select(state => state.Schema)),
                ArrayParameter.Texts(states.Select(state => state.Sequence)),
                ArrayParameter.Texts(states.Select(state => state.TableSchema)),
                ArrayParameter.Texts(states.Select(state => state.Table)),
                ArrayParameter.Texts(states.Select(state => state.Column)),
            },
        };
        var found = await connection
            .QueryAsync([find], reader => reader.RowsAsync(Read, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        await connection
            .ExecuteAsync([SequenceLock.On(found.OfType<Target>().Select(target => target.Oid))], cancellationToken)
            .ConfigureAwait(false);
        return new([.. states.Zip(found)]);
    }

    /// <summary>Whether a sequence is among those whose state the backup has.</summary>
    public bool Has(ObjectName sequence) => sequences.Any(item => item.Found?.Name == sequence);

    /// <summary>
    /// Moves them: what a sequence has given out stays given out, also when the transaction is rolled back, so this comes last. A dry run
    /// only says what it would do.
    /// </summary>
    public async Task<IReadOnlyList<RestoredSequence>> RunAsync(
        NpgsqlConnection connection,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        var within = sequences.Where(item => item.Found is { } found && found.Holds(item.State.LastValue)).ToList();
        var moved =
            within.Count == 0
                ? []
                : await connection
                    .QueryAsync(
                        within.Select(item =>
                            (BatchStep)(item.State.Standing with { Increment = item.Found!.Increment }).Move(item.Found.Name, dryRun)
                        ),
                        async reader =>
                        {
                            var answers = new List<bool>();
                            foreach (var _ in within)
                                answers.AddRange(await reader.RowsAsync(r => r.GetBoolean(0), cancellationToken).ConfigureAwait(false));
                            return answers;
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
        var outcome = within.Zip(moved).ToDictionary(pair => pair.First.State, pair => pair.Second);
        return
        [
            .. sequences.Select(item => new RestoredSequence(
                item.State.Name.ToString(),
                item.State.LastValue,
                item.State.IsCalled,
                item.Found is null ? SequenceStatus.Missing
                    : !outcome.TryGetValue(item.State, out var restored) ? SequenceStatus.OutOfBounds
                    : restored ? SequenceStatus.Restored
                    : SequenceStatus.Ahead
            )),
        ];
    }

    private static Target? Read(NpgsqlDataReader reader) =>
        reader.IsDBNull(0)
            ? null
            : new(
                reader.GetFieldValue<uint>(0),
                new(reader.GetString(1), reader.GetString(2)),
                reader.GetInt64(3),
                reader.GetInt64(4),
                reader.GetInt64(5)
            );

    /// <summary>A sequence as it is now.</summary>
    private sealed record Target(uint Oid, ObjectName Name, long Increment, long Minimum, long Maximum)
    {
        public bool Holds(long value) => value >= Minimum && value <= Maximum;
    }
}
