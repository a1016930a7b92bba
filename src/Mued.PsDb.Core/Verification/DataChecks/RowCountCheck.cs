using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Verification;

/// <summary>Counts the rows of a table; passes when it can.</summary>
internal sealed class RowCountCheck(ObjectName table) : IDataCheck
{
    public ObjectName Table => table;

    public long? Rows { get; private set; }

    public GuardedQuery Query => new([new(table, null)], $"SELECT to_jsonb(count(*)) FROM {table}");

    public SchemaCheck Blank =>
        new("rows", table.ToString(), CheckStatus.Passed) { Expected = Texts.Get("Check.Countable"), Table = table.ToString() };

    public SchemaCheck Judge(JsonElement value)
    {
        Rows = value.GetInt64();
        return Blank with { Actual = Texts.Get("Check.Rows", Rows.Value) };
    }
}
