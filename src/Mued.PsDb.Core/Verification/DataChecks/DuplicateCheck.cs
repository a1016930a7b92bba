using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Verification;

/// <summary>Values, or days, that stand in more than one row though there should be one.</summary>
internal sealed class DuplicateCheck(DuplicateRule rule) : IDataCheck
{
    /// <summary>How many values a finding names.</summary>
    private const int Examples = 5;

    private readonly ObjectName table = ObjectName.Parse(rule.Table);
    private readonly bool byDay = rule.Unit == DuplicateUnit.Day;

    private string Value => $"t.{ObjectName.Quote(rule.Column)}" + (byDay ? "::date" : "");

    public GuardedQuery Query =>
        new(
            [new(table, rule.Column, byDay ? 'D' : null)],
            "SELECT jsonb_build_object('count', count(*), 'first', jsonb_agg(d.value || ' (' || d.number || ')' ORDER BY d.value) "
                + $"FILTER (WHERE d.place <= {Examples})) FROM (SELECT {Value}::text AS value, count(*) AS number, row_number() OVER (ORDER BY {Value}) AS place "
                + $"FROM {table} AS t WHERE t.{ObjectName.Quote(rule.Column)} IS NOT NULL GROUP BY {Value} HAVING count(*) > 1) AS d"
        );

    public SchemaCheck Blank =>
        new("duplicates", $"{table}.{ObjectName.Quote(rule.Column)}", CheckStatus.Passed)
        {
            Expected = Texts.Get("Check.None"),
            Table = table.ToString(),
        };

    public SchemaCheck Judge(JsonElement value)
    {
        var count = value.GetProperty("count").GetInt64();
        if (count == 0)
            return Blank with { Actual = Blank.Expected };
        // Days may be shown; other values may be someone's data.
        var first = byDay ? ": " + string.Join(", ", value.GetProperty("first").EnumerateArray().Select(item => item.GetString())) : "";
        return Blank with
        {
            Status = CheckStatus.Different,
            Actual =
                Texts.Get(byDay ? "Check.DuplicateDays" : "Check.DuplicateValues", count)
                + first
                + (byDay && count > Examples ? ", …" : ""),
            Advice = Texts.Get("Check.Duplicates", $"SELECT {Value}, count(*) FROM {table} AS t GROUP BY 1 HAVING count(*) > 1"),
        };
    }
}
