using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>What others have written since the undo, which stays and is told.</summary>
internal sealed class RowConflicts(StagedRows staged)
{
    private const int Named = 100;

    /// <summary>The error that ends a restore at its first conflict.</summary>
    public MuedException Error(string what) =>
        Texts.Error(
            "RestoreConflict",
            ExitCode.MigrationFailed,
            new ErrorPlace(TargetName: staged.Entry.Name.ToString()),
            null,
            staged.Entry.Name,
            what
        );

    /// <summary>Notes the rows that differ in columns that others have written.</summary>
    public async Task<RestoredTable> NoteAsync(
        RestoredTable result,
        string pairs,
        IEnumerable<(string Name, string Clash)> clashes,
        CancellationToken cancellationToken
    )
    {
        var differing = clashes.Select(column => $"CASE WHEN {column.Clash} THEN {SqlString.Literal(column.Name)} END").ToList();
        if (differing.Count == 0)
            return result;
        var found = await staged
            .Session.Connection.QueryAsync(
                [
                    BatchStep.Unguarded(
                        $"""
                        SELECT c.key, c.columns, pg_catalog.count(*) OVER () FROM (
                            SELECT {Key("s")} AS key, pg_catalog.array_remove(ARRAY[{string.Join(
                            ", ",
                            differing
                        )}]::pg_catalog.text[], NULL) AS columns {pairs}
                        ) AS c WHERE pg_catalog.cardinality(c.columns) OPERATOR(pg_catalog.>) 0 ORDER BY 1 LIMIT {Named}
                        """
                    ),
                ],
                reader =>
                    reader.RowsAsync(
                        row => (Row: new RowConflict(row.GetString(0), row.GetFieldValue<string[]>(1)), All: row.GetInt64(2)),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return found.Count == 0
            ? result
            : result with
            {
                Conflicting = result.Conflicting + found[0].All,
                Conflicts = [.. result.Conflicts, .. found.Select(item => item.Row)],
            };
    }

    // (a, b) = (1, x)
    private string Key(string row)
    {
        var names =
            staged.Entry.ColumnsOnly ? staged.Entry.Key
            : staged.Target.UniqueIndexes is [var index, ..] ? index.Columns
            : [.. staged.Entry.Columns.Select(column => column.Name)];
        var values = names
            .Where(name => staged.Target.Columns.ContainsKey(name))
            .Select(name => $"{row}.{ObjectName.Quote(name)}::pg_catalog.text");
        return $"pg_catalog.concat({SqlString.Literal($"({RowSql.List(names)}) = (")}, pg_catalog.concat_ws(', ', {string.Join(", ", values.DefaultIfEmpty("''"))}), ')')";
    }

    /// <summary>Notes rows that were not there before the undo and that stay because rows of others refer to them.</summary>
    public Task<RestoredTable> NoteSparedAsync(RestoredTable result, CancellationToken cancellationToken) =>
        staged.Session.Made.Know(staged.Entry.Name) ? SparedAsync(result, cancellationToken) : Task.FromResult(result);

    private async Task<RestoredTable> SparedAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var spared = await staged
            .Session.Connection.QueryAsync(
                [
                    $"""
                    SELECT {Key("t")} FROM {staged.Target.Rows} AS t JOIN {UndoneTable.Made} AS o ON {MadeRows.IsOf("t")}
                    WHERE o.whole AND NOT o.doomed AND NOT EXISTS (SELECT FROM {staged.Match} AS m WHERE m.part = o.part AND m.old = o.id) ORDER BY 1
                    """,
                ],
                reader => reader.RowsAsync(row => new RowConflict(row.GetString(0), []), cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        return result with { Conflicting = result.Conflicting + spared.Count, Conflicts = [.. result.Conflicts, .. spared.Take(Named)] };
    }
}
