using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>The definitions of the tables that a rehearsal saw locked: as they were for the plan, and as they are for its run.</summary>
internal static class LockedTables
{
    /// <summary>Reads the definitions; null where none of these relations is a table.</summary>
    /// <param name="connection">The database, outside a transaction.</param>
    /// <param name="tables">The relations, schema-qualified. Those that the migrations have renamed meanwhile are not there.</param>
    /// <param name="historyTable">The history, which is none of them.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<SchemaSnapshot?> ReadAsync(
        NpgsqlConnection connection,
        IEnumerable<string> tables,
        string historyTable,
        CancellationToken cancellationToken
    ) =>
        (
            await LookAsync(connection, [.. tables.Distinct().Select(ObjectName.Parse).Order()], [], historyTable, cancellationToken)
                .ConfigureAwait(false)
        ).Definitions;

    private static async Task<(SchemaSnapshot? Definitions, IReadOnlyList<TableMark> Seen)> LookAsync(
        NpgsqlConnection connection,
        List<ObjectName> tables,
        IEnumerable<ulong> written,
        string historyTable,
        CancellationToken cancellationToken
    )
    {
        if (tables.Count == 0)
            return (null, []);
        var scope = SchemaScope.OfTables([.. tables.Select(table => table.ToString())]) with { Exclude = HistoryName.Tables(historyTable) };
        var query = new SchemaQuery(scope, [], []);
        using var batch = connection.Batch(TableMark.Look(tables, written));
        query.AddTo(batch);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        var seen = await TableMark.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var found = await query.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        return (found.Relations.Count == 0 ? null : found, seen);
    }

    /// <summary>What has changed since the plan, in words; and what each table was like when it was looked at for that.</summary>
    /// <param name="connection">The database, outside a transaction.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="done">What of it is done: the tables of these are no longer what they were.</param>
    /// <param name="written">The transactions of what is done: nor are those that they changed without locking them.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<(IReadOnlyList<string> Changes, IReadOnlyList<TableMark> Seen)> ChangesAsync(
        NpgsqlConnection connection,
        ApprovedPlan plan,
        IReadOnlyList<PlannedMigration> done,
        IEnumerable<ulong> written,
        CancellationToken cancellationToken
    )
    {
        // What a file did that was not rehearsed nobody knows.
        if (plan.Definitions is not { } expected || done.Any(item => !item.Rehearsed))
            return ([], []);
        var changed = done.SelectMany(item => item.Impacts).Select(impact => impact.Relation).ToHashSet(StringComparer.Ordinal);
        var names = expected
            .Relations.Select(relation => relation.QualifiedName)
            .Where(name => !changed.Contains(name.ToString()))
            .ToList();
        if (names.Count == 0)
            return ([], []);
        var history = HistoryName.Of(plan.Database.Schema, plan.Switches.HistoryTable);
        var (definitions, seen) = await LookAsync(connection, names, written, history, cancellationToken).ConfigureAwait(false);
        var found = definitions ?? expected with { Relations = [] };
        var tables = names.Except(seen.Where(table => table.Ours).Select(table => table.Table)).Select(name => name.ToString()).ToList();
        if (tables.Count == 0)
            return ([], seen);
        if (done.Count > 0)
            (expected, found) = (RelationsOf(expected, tables), RelationsOf(found, tables));
        var changes = SchemaComparer
            .Compare(expected with { Scope = found.Scope }, found, strict: true)
            .Where(check => check.Failed)
            .Select(check => Texts.Get("PlanChange." + check.Status, check.Kind, check.Name, check.Expected, check.Actual));
        return ([.. changes], seen);
    }

    // The types and functions that hang on several tables may have changed with those that were to change.
    private static SchemaSnapshot RelationsOf(SchemaSnapshot snapshot, IReadOnlyList<string> tables) =>
        new()
        {
            FormatVersion = snapshot.FormatVersion,
            Scope = snapshot.Scope with { Tables = tables },
            Relations =
            [
                .. snapshot.Relations.Where(relation => tables.Contains(relation.QualifiedName.ToString(), StringComparer.Ordinal)),
            ],
        };
}
