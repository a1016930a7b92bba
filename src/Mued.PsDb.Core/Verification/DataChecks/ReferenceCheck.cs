using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Verification;

/// <summary>Rows of one kind of a polymorphic reference that refer to no row of that kind's table.</summary>
internal sealed class ReferenceCheck(PolymorphicRule rule, PolymorphicTarget target) : IDataCheck
{
    private readonly ObjectName table = ObjectName.Parse(rule.Table);
    private readonly ObjectName parent = ObjectName.Parse(target.Table);

    private string Where =>
        $"t.{ObjectName.Quote(rule.KindColumn)}::text = {SqlString.Literal(target.Kind)} AND t.{ObjectName.Quote(rule.Column)} IS NOT NULL"
        + $" AND NOT EXISTS (SELECT FROM {parent} AS r WHERE r.{ObjectName.Quote(target.Column)}::text = t.{ObjectName.Quote(rule.Column)}::text)";

    public GuardedQuery Query =>
        new(
            [new(table, rule.Column), new(table, rule.KindColumn), new(parent, target.Column)],
            $"SELECT to_jsonb(count(*)) FROM {table} AS t WHERE {Where}"
        );

    public SchemaCheck Blank =>
        new("reference", $"{table}.{ObjectName.Quote(rule.Column)}[{target.Kind}]", CheckStatus.Passed)
        {
            Expected = Texts.Get("Check.AllIn", parent),
            Table = table.ToString(),
        };

    public SchemaCheck Judge(JsonElement value) =>
        value.GetInt64() is var count and > 0
            ? Blank with
            {
                Status = CheckStatus.Different,
                Actual = Texts.Get("Check.NotIn", count, parent),
                Advice = Texts.Get("Check.Orphans", parent, $"SELECT * FROM {table} AS t WHERE {Where}"),
            }
            : Blank with
            {
                Actual = Blank.Expected,
            };
}
