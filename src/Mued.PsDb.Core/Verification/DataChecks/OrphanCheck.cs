using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Verification;

/// <summary>Rows whose foreign key, present or expected, refers to no row.</summary>
internal sealed class OrphanCheck(ObjectName table, ConstraintSnapshot key, bool exists) : IDataCheck
{
    private readonly ObjectName parent = ObjectName.Parse(key.References!.Table);

    /// <summary>By MATCH SIMPLE, the default: a null in any column refers to nothing.</summary>
    private string Where
    {
        get
        {
            // The types of a key that does not exist need not be comparable.
            var cast = exists ? "" : "::text";
            var present = key.Columns.Select(column => $"t.{ObjectName.Quote(column)} IS NOT NULL");
            var matches = key.Columns.Zip(
                key.References!.Columns,
                (own, other) => $"r.{ObjectName.Quote(other)}{cast} = t.{ObjectName.Quote(own)}{cast}"
            );
            return $"{string.Join(" AND ", present)} AND NOT EXISTS (SELECT FROM {parent} AS r WHERE {string.Join(" AND ", matches)})";
        }
    }

    public GuardedQuery Query =>
        new(
            [
                .. key.Columns.Select(column => new NeededColumn(table, column)),
                .. key.References!.Columns.Select(column => new NeededColumn(parent, column)),
            ],
            $"SELECT to_jsonb(count(*)) FROM {table} AS t WHERE {Where}"
        );

    public SchemaCheck Blank =>
        new("orphans", $"{table}.{ObjectName.Quote(key.Name)}", CheckStatus.Passed)
        {
            Expected = Texts.Get("Check.None"),
            Table = table.ToString(),
        };

    public SchemaCheck Judge(JsonElement value) =>
        value.GetInt64() is var count and > 0
            ? Blank with
            {
                Status = CheckStatus.Different,
                Actual = Texts.Get("Check.Rows", count),
                Advice = Texts.Get("Check.Orphans", parent, $"SELECT * FROM {table} AS t WHERE {Where}"),
            }
            : Blank with
            {
                Actual = Blank.Expected,
            };
}
