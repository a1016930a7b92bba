using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Verification;

/// <summary>Rows of kinds without a table: counted, so that nobody takes them for checked.</summary>
internal sealed class UncheckedReferenceCheck(PolymorphicRule rule) : IDataCheck
{
    private readonly ObjectName table = ObjectName.Parse(rule.Table);

    public GuardedQuery Query =>
        new(
            [new(table, rule.Column), new(table, rule.KindColumn)],
            $"SELECT coalesce(jsonb_object_agg(k.kind, k.number), '{{}}') FROM (SELECT coalesce(t.{ObjectName.Quote(rule.KindColumn)}::text, '') AS kind, count(*) AS number "
                + $"FROM {table} AS t WHERE t.{ObjectName.Quote(rule.Column)} IS NOT NULL GROUP BY 1) AS k"
        );

    public SchemaCheck Blank =>
        new("reference", $"{table}.{ObjectName.Quote(rule.Column)}[{string.Join(", ", rule.Unchecked)}]", CheckStatus.Passed)
        {
            Table = table.ToString(),
        };

    public SchemaCheck Judge(JsonElement value)
    {
        var counts = value.EnumerateObject().ToDictionary(kind => kind.Name, kind => kind.Value.GetInt64());
        foreach (var target in rule.Targets)
            counts.Remove(target.Kind);
        var unknown = counts.Keys.Except(rule.Unchecked).ToList();
        var rows =
            counts.Count == 0
                ? Texts.Get("Check.Rows", 0)
                : string.Join(
                    ", ",
                    counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {Figures.Number(pair.Value)}")
                );
        return Blank with
        {
            Status = CheckStatus.Unchecked,
            Actual = rows,
            Severity = unknown.Count > 0 ? CheckSeverity.Warning : CheckSeverity.Info,
            Advice = unknown.Count > 0 ? Texts.Get("Check.UnknownKinds", string.Join(", ", unknown)) : Texts.Get("Check.KindsUnchecked"),
        };
    }
}
