using System.Globalization;
using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Verification;

/// <summary>Numbers outside of what a rule allows.</summary>
internal sealed class RangeCheck(RangeRule rule) : IDataCheck
{
    private readonly ObjectName table = ObjectName.Parse(rule.Table);

    private string Where
    {
        get
        {
            var column = $"t.{ObjectName.Quote(rule.Column)}";
            var below = rule.Minimum is { } minimum ? string.Create(CultureInfo.InvariantCulture, $"{column} < {minimum}") : "false";
            var above = rule.Maximum is { } maximum ? string.Create(CultureInfo.InvariantCulture, $"{column} > {maximum}") : "false";
            return $"{below} OR {above}";
        }
    }

    public GuardedQuery Query =>
        new(
            [new(table, rule.Column, 'N')],
            $"SELECT jsonb_build_array(count(*), min(t.{ObjectName.Quote(rule.Column)})::text, max(t.{ObjectName.Quote(rule.Column)})::text) FROM {table} AS t WHERE {Where}"
        );

    public SchemaCheck Blank =>
        new("range", $"{table}.{ObjectName.Quote(rule.Column)}", CheckStatus.Passed)
        {
            Expected = Texts.Get("Check.Between", (object?)rule.Minimum ?? "-∞", (object?)rule.Maximum ?? "∞"),
            Table = table.ToString(),
        };

    public SchemaCheck Judge(JsonElement value) =>
        value[0].GetInt64() is var count and > 0
            ? Blank with
            {
                Status = CheckStatus.Different,
                Actual = Texts.Get("Check.OutOfRange", count, value[1].GetString(), value[2].GetString()),
                Advice = Texts.Get("Check.Range", $"SELECT * FROM {table} AS t WHERE {Where}"),
            }
            : Blank with
            {
                Actual = Blank.Expected,
            };
}
