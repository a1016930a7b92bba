using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>Puts columns that went back into rows that stayed.</summary>
internal sealed class ColumnRestoration(StagedRows staged)
{
    private readonly RowConflicts conflicts = new(staged);

    /// <summary>
    /// Puts columns back into rows that stayed. A value that is there and is not what the column began with is a conflict.
    /// </summary>
    public async Task<RestoredTable> LoadAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        result = await new RowRejection(staged).RejectAsync(result, cancellationToken).ConfigureAwait(false);
        var lost = result.Columns.Select(name => staged.Target.Columns[name]).ToList();
        var same = string.Join(
            " AND ",
            staged.Entry.Key.Select(key => $"t.{ObjectName.Quote(key)} {staged.Target.EqualOf(key)} s.{ObjectName.Quote(key)}")
        );
        var gone = await staged
            .ExecuteAsync(
                $"DELETE FROM {staged.Stage} AS s WHERE NOT EXISTS (SELECT FROM {staged.Target.Rows} AS t WHERE {same})",
                cancellationToken
            )
            .ConfigureAwait(false);
        if (gone > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedNoRow"), gone)] };
        var taken = string.Join(" OR ", lost.Select(Taken));
        var others = await staged
            .ScalarAsync<long>(
                [
                    BatchStep.Unguarded(
                        $"SELECT pg_catalog.count(*) FILTER (WHERE {taken}) FROM {staged.Target.Rows} AS t JOIN {staged.Stage} AS s ON {same}"
                    ),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (others > 0 && staged.Session.OnConflict == ConflictAction.Fail)
            throw conflicts.Error(Texts.Get("RestoreColumnConflict", others));
        var replace = staged.Session.OnConflict == ConflictAction.Replace;
        if (others > 0 && !replace)
            result = await conflicts
                .NoteAsync(
                    result,
                    $"FROM {staged.Target.Rows} AS t JOIN {staged.Stage} AS s ON {same}",
                    lost.Select(column => (column.Name, Taken(column))),
                    cancellationToken
                )
                .ConfigureAwait(false);
        var assignments = string.Join(", ", lost.Select(column => Assignment(column, replace)));

        // A row that has nothing to get, for each value is there or is kept, is one that was left out.
        var where = replace
            ? same
            : $"{same} AND NOT ({string.Join(" AND ", lost.Select(column => $"({Taken(column)} OR {RowSql.Equal(column)})"))})";
        var identities = lost.Where(column => column.AlwaysIdentity)
            .Select(column => $"ALTER TABLE {staged.Target.Name} ALTER COLUMN {ObjectName.Quote(column.Name)} SET GENERATED ")
            .ToList();
        foreach (var identity in identities)
            await staged.ExecuteAsync(identity + "BY DEFAULT", cancellationToken).ConfigureAwait(false);
        var loaded = await staged
            .AskAsync($"UPDATE {staged.Target.Rows} AS t SET {assignments} FROM {staged.Stage} AS s WHERE {where}", cancellationToken)
            .ConfigureAwait(false);
        foreach (var identity in identities)
            await staged.ExecuteAsync(identity + "ALWAYS", cancellationToken).ConfigureAwait(false);
        return result with { Loaded = loaded, Replaced = replace ? others : 0, Skipped = staged.Entry.Rows - result.Rejected - loaded };
    }

    private string Assignment(RestoreTarget.Column column, bool replace)
    {
        var name = ObjectName.Quote(column.Name);
        return replace ? $"{name} = s.{name}" : $"{name} = CASE WHEN {Taken(column)} THEN t.{name} ELSE s.{name} END";
    }

    // ADD COLUMN … DEFAULT gives rows from before a value that nobody wrote, kept apart when it was computed once: that is no conflict.
    private string Taken(RestoreTarget.Column column)
    {
        var name = ObjectName.Quote(column.Name);
        var given = new[] { column.Default, column.Missing is { } value ? $"{SqlString.Literal(value)}::{column.Type}" : null };
        var written = string.Concat(given.OfType<string>().Select(expression => $" AND NOT {RowSql.Equal($"t.{name}", expression)}"));
        return $"(NOT {RowSql.IsNull($"t.{name}")} AND NOT {RowSql.Equal(column)}{written} AND NOT {staged.Session.Made.Same(staged.Entry.Name, column.Name)})";
    }
}
