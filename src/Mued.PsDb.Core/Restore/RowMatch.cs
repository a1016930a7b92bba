using System.Globalization;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>Finds which staged rows are in the table already.</summary>
internal sealed class RowMatch(StagedRows staged)
{
    /// <summary>
    /// Finds which staged rows are in the table already, by its unique indexes or, where these do not tell, as rows that are equal. Returns
    /// whether it has any.
    /// </summary>
    public async Task<bool> MatchAsync(CancellationToken cancellationToken)
    {
        var given = staged.Entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var usable = staged.Target.UniqueIndexes.Where(index => index.Columns.All(given.Contains)).ToList();

        var keyed = usable.Count > 0;
        if (!usable.Exists(TellsAll))
            usable.Add(AsWhole(usable));
        await staged
            .AskAsync(
                $"CREATE TEMPORARY TABLE {staged.Match} ON COMMIT DROP AS {string.Join("\nUNION\n", usable.Select(Matches))}",
                cancellationToken
            )
            .ConfigureAwait(false);
        return keyed;
    }

    // Whether it has every row, and tells it from every other.
    private bool TellsAll(RestoreTarget.UniqueIndex index) =>
        index.Predicate is null
        && (
            !index.NullsDistinct
            || index.Keys.All(key => staged.Target.Columns.Values.Any(column => column.NotNull && ObjectName.Quote(column.Name) == key))
        );

    // What the indexes do not have, or by a null in it tell from nothing, is compared as a whole: as text, because not every type can be
    // compared; numbered, because equal rows may be there several times.
    private RestoreTarget.UniqueIndex AsWhole(IEnumerable<RestoreTarget.UniqueIndex> indexes)
    {
        var row = $"ROW({staged.Columns})::pg_catalog.text";
        var told = indexes.Select(index =>
            string.Join(
                " AND ",
                (index.NullsDistinct ? index.Keys.Select(key => $"NOT {RowSql.IsNull($"({key})")}") : []).Append(index.Predicate ?? "true")
            )
        );
        return new(
            [row, $"pg_catalog.row_number() OVER (PARTITION BY {row})"],
            string.Join(" AND ", told.Select(condition => $"({condition}) IS NOT TRUE")) is { Length: > 0 } rest ? rest : null,
            NullsDistinct: true,
            Immediate: true,
            [],
            [RestoreTarget.UniqueIndex.Builtin, RestoreTarget.UniqueIndex.Builtin]
        );
    }

    // Both sides of a match are asked with the same expressions, over tables whose columns bear the same names.
    private string Matches(RestoreTarget.UniqueIndex index)
    {
        return $"SELECT t.part, t.id AS old, s.id AS new FROM ({Side(staged.Target.Rows)}) AS t JOIN ({Side(staged.Stage)}) AS s ON "
            + string.Join(" AND ", index.Operators.Select(Same));

        string Same(string equal, int i)
        {
            var same = string.Create(CultureInfo.InvariantCulture, $"t.k{i} {equal} s.k{i}");
            return index.NullsDistinct
                ? same
                : string.Create(CultureInfo.InvariantCulture, $"({same} OR {RowSql.IsNull($"t.k{i}")} AND {RowSql.IsNull($"s.k{i}")})");
        }

        string Side(string table) =>
            "SELECT tableoid AS part, ctid AS id, "
            + string.Join(", ", index.Keys.Select((key, i) => string.Create(CultureInfo.InvariantCulture, $"({key}) AS k{i}")))
            + $" FROM {table}{(index.Predicate is { } predicate ? $" WHERE {predicate}" : "")}";
    }
}
