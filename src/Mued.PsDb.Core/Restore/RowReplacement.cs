using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>Loads whole rows over those that are there.</summary>
internal sealed class RowReplacement(StagedRows staged)
{
    private readonly RowConflicts conflicts = new(staged);

    /// <summary>
    /// Overwrites the rows that stand in the way by any unique index, and inserts the rest. Rows are updated and not deleted, so that
    /// nothing cascades to rows that refer to them.
    /// </summary>
    public async Task<RestoredTable> LoadAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        result = await new RowRejection(staged).RejectAsync(result, cancellationToken).ConfigureAwait(false);
        await new RowMatch(staged).MatchAsync(cancellationToken).ConfigureAwait(false);
        result = await conflicts.NoteSparedAsync(result, cancellationToken).ConfigureAwait(false);
        var given = staged.Entry.Columns.Select(column => staged.Target.Columns[column.Name]).ToList();
        var fixedColumns = given
            .Where(column => column.AlwaysIdentity)
            .Select(column => $"t.{ObjectName.Quote(column.Name)} IS DISTINCT FROM s.{ObjectName.Quote(column.Name)}");
        const string same = RestoreTarget.UniqueIndex.Builtin;
        const string isOld = $"t.tableoid {same} m.part AND t.ctid {same} m.old";
        var ambiguous = await staged
            .ExecuteAsync(
                $"""
                DELETE FROM {staged.Stage} WHERE ctid IN (
                    SELECT new FROM (SELECT new, count(*) OVER (PARTITION BY new) AS olds, count(*) OVER (PARTITION BY part, old) AS news FROM {staged.Match}) AS m
                    WHERE m.olds > 1 OR m.news > 1
                    {string.Concat(
                    fixedColumns.Select(condition =>
                        $"UNION SELECT m.new FROM {staged.Match} AS m JOIN {staged.Target.Rows} AS t ON {isOld} JOIN {staged.Stage} AS s ON s.ctid = m.new WHERE {condition} "
                    )
                )})
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (ambiguous > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedAmbiguous"), ambiguous)] };
        var assignments = string.Join(
            ", ",
            given
                .Where(column => !column.AlwaysIdentity)
                .Select(column => $"{ObjectName.Quote(column.Name)} = s.{ObjectName.Quote(column.Name)}")
        );
        var replaced =
            assignments.Length == 0
                ? 0
                : await staged
                    .AskAsync(
                        $"UPDATE {staged.Target.Rows} AS t SET {assignments} FROM {staged.Match} AS m JOIN {staged.Stage} AS s ON s.ctid {same} m.new WHERE {isOld}",
                        cancellationToken
                    )
                    .ConfigureAwait(false);
        var inserted = await staged
            .InsertAsync(
                $"{staged.Stage} AS s WHERE NOT EXISTS (SELECT FROM {staged.Match} AS m WHERE m.new {same} s.ctid)",
                cancellationToken
            )
            .ConfigureAwait(false);

        // Where there is nothing to overwrite a row with, it is there as it was.
        var skipped = assignments.Length > 0 ? 0 : staged.Entry.Rows - result.Rejected - inserted;
        return result with { Loaded = replaced + inserted, Replaced = replaced, Skipped = skipped };
    }
}
