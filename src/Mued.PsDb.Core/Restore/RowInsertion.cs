using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>Loads whole rows, and leaves those alone that others have written.</summary>
internal sealed class RowInsertion(StagedRows staged)
{
    private readonly RowConflicts conflicts = new(staged);

    /// <summary>
    /// Inserts the rows that are not there yet. Of those that are, values that nobody has touched since they were made give way, and what
    /// others have written stays and is told.
    /// </summary>
    public async Task<RestoredTable> LoadAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var keyed = await new RowMatch(staged).MatchAsync(cancellationToken).ConfigureAwait(false);
        if (staged.Session.OnConflict == ConflictAction.Fail)
            await EnsureNoneOfOthersAsync(cancellationToken).ConfigureAwait(false);
        result = await conflicts.NoteSparedAsync(result, cancellationToken).ConfigureAwait(false);
        var merged = 0;
        if (keyed)
        {
            result = await conflicts
                .NoteAsync(result, Pairs, staged.Own.Select(column => (column.Name, Clash(column.Name))), cancellationToken)
                .ConfigureAwait(false);
            merged = await MergeAsync(cancellationToken).ConfigureAwait(false);
        }

        var there = await staged
            .ExecuteAsync($"DELETE FROM {staged.Stage} WHERE ctid IN (SELECT new FROM {staged.Match})", cancellationToken)
            .ConfigureAwait(false);
        result = await new RowRejection(staged).RejectAsync(result, cancellationToken).ConfigureAwait(false);

        // What is left may stand in the way of an exclusion constraint, or of an index over columns that are not in the backup.
        var skip =
            staged.Session.OnConflict == ConflictAction.Skip
            && !staged.Target.Ruled
            && staged.Target.UniqueIndexes.All(index => index.Immediate);
        var loaded = await staged
            .InsertAsync($"{staged.Stage}{(skip ? " ON CONFLICT DO NOTHING" : "")}", cancellationToken)
            .ConfigureAwait(false);
        var barred = skip ? staged.Entry.Rows - result.Rejected - there - loaded : 0;
        if (barred > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedBarred"), barred)] };
        return result with { Loaded = loaded + merged, Replaced = merged, Skipped = there - merged };
    }

    private async Task EnsureNoneOfOthersAsync(CancellationToken cancellationToken)
    {
        var made = staged.Session.Made.Know(staged.Entry.Name)
            ? $" WHERE NOT EXISTS (SELECT FROM {UndoneTable.Made} AS o WHERE o.part = m.part AND o.id = m.old AND o.whole)"
            : "";
        var there = await staged
            .ScalarAsync<long>([$"SELECT count(DISTINCT m.new) FROM {staged.Match} AS m{made}"], cancellationToken)
            .ConfigureAwait(false);
        if (there > 0)
            throw conflicts.Error(Figures.Count(there, "row"));
    }

    // The rows t of the table, s of the backup that are one, as far as that is certain.
    private string Pairs =>
        $"""
            FROM (SELECT m.*, pg_catalog.count(*) OVER (PARTITION BY m.new) AS olds, pg_catalog.count(*) OVER (PARTITION BY m.part, m.old) AS news FROM {staged.Match} AS m) AS m
            JOIN {staged.Target.Rows} AS t ON t.tableoid {RestoreTarget.UniqueIndex.Builtin} m.part AND t.ctid {RestoreTarget.UniqueIndex.Builtin} m.old
            JOIN {staged.Stage} AS s ON s.ctid {RestoreTarget.UniqueIndex.Builtin} m.new
            """;

    private string Clash(string column)
    {
        var made = staged.Target.Columns[column].AlwaysIdentity
            ? "false"
            : $"{staged.Session.Made.Same(staged.Entry.Name, column)} AND m.olds OPERATOR(pg_catalog.=) 1 AND m.news OPERATOR(pg_catalog.=) 1";
        return $"NOT {RowSql.Equal(staged.Target.Columns[column])} AND NOT ({made})";
    }

    /// <summary>Puts values back that nobody has touched since they were made. Returns how many rows got any.</summary>
    private async Task<int> MergeAsync(CancellationToken cancellationToken)
    {
        if (!staged.Session.Made.Know(staged.Entry.Name))
            return 0;
        var open = staged.Own.Where(column => !column.AlwaysIdentity).ToList();
        if (open.Count == 0)
            return 0;
        const string same = RestoreTarget.UniqueIndex.Builtin;
        var assignments = open.Select(column =>
        {
            var name = ObjectName.Quote(column.Name);
            return $"{name} = CASE WHEN {staged.Session.Made.Same(staged.Entry.Name, column.Name)} THEN s.{name} ELSE t.{name} END";
        });
        var wanted = open.Select(column => $"(NOT {RowSql.Equal(column)} AND {staged.Session.Made.Same(staged.Entry.Name, column.Name)})");
        return await staged
            .AskAsync(
                $"""
                UPDATE {staged.Target.Rows} AS t SET {string.Join(", ", assignments)}
                FROM (SELECT m.*, pg_catalog.count(*) OVER (PARTITION BY m.new) AS olds, pg_catalog.count(*) OVER (PARTITION BY m.part, m.old) AS news FROM {staged.Match} AS m) AS m
                JOIN {staged.Stage} AS s ON s.ctid {same} m.new
                WHERE t.tableoid {same} m.part AND t.ctid {same} m.old AND m.olds {same} 1 AND m.news {same} 1 AND ({string.Join(
                    " OR ",
                    wanted
                )})
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
