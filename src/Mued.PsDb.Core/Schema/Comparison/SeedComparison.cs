using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Rows that must be there.</summary>
internal static class SeedComparison
{
    /// <summary>One check a row.</summary>
    public static IEnumerable<SchemaCheck> Compare(SeedTable seed, SeedTable? found)
    {
        foreach (var row in seed.Rows)
        {
            var key = SeedRows.Canonical(row, seed.Key);
            var check = new SchemaCheck("seed row", $"{seed.Table}[{key}]", CheckStatus.Passed)
            {
                Expected = SeedRows.Canonical(row, seed.Columns),
                Table = seed.Table,
            };
            var matches = found?.Rows.Where(other => SeedRows.Canonical(other, seed.Key) == key).ToList() ?? [];
            yield return Judge(check, seed, row, found?.Obstacle, matches);
        }
    }

    private static SchemaCheck Judge(
        SchemaCheck check,
        SeedTable seed,
        IReadOnlyDictionary<string, JsonElement> row,
        QueryObstacle? obstacle,
        List<IReadOnlyDictionary<string, JsonElement>> matches
    )
    {
        switch (obstacle?.Kind)
        {
            case QueryObstacleKind.NoTable:
                return check with { Status = CheckStatus.Missing, Advice = Texts.Get("Check.TableMissing", seed.Table) };
            case QueryObstacleKind.NoColumns:
                return check with
                {
                    Status = CheckStatus.Different,
                    Actual = null,
                    Advice = Texts.Get("Check.SeedColumns", seed.Table, obstacle.Detail),
                };
            case QueryObstacleKind.NoPrivilege:
                return check with
                {
                    Status = CheckStatus.Different,
                    Actual = null,
                    Advice = Texts.Get("Check.Unreadable", obstacle.Detail),
                };
        }

        if (matches.Count == 0)
        {
            return check with { Status = CheckStatus.Missing, Advice = Texts.Get("Check.SeedMissing"), SuggestedSql = Insert(seed, row) };
        }

        var texts = matches.Select(match => SeedRows.Canonical(match, seed.Columns)).ToList();
        var text = string.Join("; ", texts);
        return texts.Count == 1 && text == check.Expected
            ? check with
            {
                Actual = text,
            }
            : check with
            {
                Status = CheckStatus.Different,
                Actual = text,
                Advice = Texts.Get("Check.SeedDifferent"),
                SuggestedSql = texts.Count == 1 ? Update(seed, row) : null,
            };
    }

    private static string Insert(SeedTable seed, IReadOnlyDictionary<string, JsonElement> row)
    {
        var columns = string.Join(", ", row.Keys.Select(ObjectName.Quote));
        return $"INSERT INTO {seed.Table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{seed.Table}, {RowLiteral(row)})";
    }

    private static string Update(SeedTable seed, IReadOnlyDictionary<string, JsonElement> row)
    {
        var columns = string.Join(", ", row.Keys.Except(seed.Key).Select(ObjectName.Quote));
        var values = string.Join(", ", row.Keys.Except(seed.Key).Select(column => "r." + ObjectName.Quote(column)));
        var keys = string.Join(" AND ", seed.Key.Select(column => $"t.{ObjectName.Quote(column)} = r.{ObjectName.Quote(column)}"));
        return $"UPDATE {seed.Table} AS t SET ({columns}) = ROW({values}) FROM jsonb_populate_record(NULL::{seed.Table}, {RowLiteral(row)}) AS r WHERE {keys}";
    }

    private static string RowLiteral(IReadOnlyDictionary<string, JsonElement> row) =>
        SqlString.Literal(
            '{'
                + string.Join(
                    ", ",
                    row.Select(pair =>
                        '"' + JsonEncodedText.Encode(pair.Key, SnapshotFile.Encoder).ToString() + "\": " + SeedRows.Canonical(pair.Value)
                    )
                )
                + '}'
        );
}
