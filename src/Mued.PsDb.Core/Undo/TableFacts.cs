using System.Globalization;
using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>What the catalog says of a table whose rows an undo destroys or changes.</summary>
/// <param name="Oid">Its OID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns, and whether each is stored or computed from others.</param>
/// <param name="Keys">The numbers of the columns of its keys, the primary key's first.</param>
internal sealed record TableFacts(
    uint Oid,
    ObjectName Name,
    IReadOnlyList<(LostRelation.Column Column, bool Stored)> Columns,
    IReadOnlyList<short[]> Keys
)
{
    private const string RelationsSql = """
        SELECT c.oid, n.nspname::text, c.relname::text
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid = ANY($1) AND c.relkind = 'r' AND c.relpersistence <> 't'
        ORDER BY n.nspname, c.relname
        """;

    private static readonly string PartsSql = TypePart.Query("$1");

    private const string ColumnsSql = """
        SELECT a.attrelid, a.attnum, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attgenerated = ''
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """;

    // A key that any row has and no two rows share; the primary key first.
    private const string KeysSql = """
        SELECT i.indrelid, (SELECT string_agg(k.number::text, ',' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place) WHERE k.place <= i.indnkeyatts)
        FROM pg_catalog.pg_index AS i
        WHERE i.indrelid = ANY($1) AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) AND NOT a.attnotnull)
        ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, i.indexrelid
        """;

    /// <summary>The columns that hold values of their own.</summary>
    public IReadOnlyList<LostRelation.Column> Stored => [.. Columns.Where(column => column.Stored).Select(column => column.Column)];

    /// <summary>The columns of the first key that needs none of some; none where there is no such key.</summary>
    public IReadOnlyList<string> KeyWithout(IReadOnlySet<short> columns)
    {
        var stored = Stored.ToDictionary(column => column.Number, column => column.Name);
        var key = Keys.FirstOrDefault(numbers => !numbers.Any(columns.Contains) && numbers.All(stored.ContainsKey)) ?? [];
        return [.. key.Select(number => stored[number])];
    }

    /// <summary>The queries for tables, by OID.</summary>
    public static IEnumerable<BatchStep> Query(uint[] oids) =>
        new[] { RelationsSql, PartsSql, ColumnsSql, KeysSql }.Select(sql =>
            (BatchStep)new NpgsqlBatchCommand(sql) { Parameters = { ArrayParameter.Oids(oids) } }
        );

    /// <summary>Reads the answers, in the order of the tables' names.</summary>
    public static async Task<IReadOnlyList<TableFacts>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var tables = await reader
            .RowsAsync(r => (Oid: OidOf(r), Name: new ObjectName(r.GetString(1), r.GetString(2))), cancellationToken)
            .ConfigureAwait(false);
        var parts = (
            await reader
                .RowsAsync(r => (Column: (OidOf(r), r.GetInt16(1)), Part: new TypePart(r.GetString(2), r.GetString(3))), cancellationToken)
                .ConfigureAwait(false)
        ).ToLookup(row => row.Column, row => row.Part);
        var columns = (
            await reader
                .RowsAsync(
                    r =>
                        (
                            Table: OidOf(r),
                            Column: (
                                new LostRelation.Column(
                                    r.GetInt16(1),
                                    r.GetString(2),
                                    r.GetString(3),
                                    [.. parts[(OidOf(r), r.GetInt16(1))]]
                                ),
                                r.GetBoolean(4)
                            )
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false)
        ).ToLookup(row => row.Table, row => row.Column);
        var keys = (
            await reader.RowsAsync(r => (Table: OidOf(r), Numbers: Numbers(r.GetString(1))), cancellationToken).ConfigureAwait(false)
        ).ToLookup(row => row.Table, row => row.Numbers);
        return [.. tables.Select(table => new TableFacts(table.Oid, table.Name, [.. columns[table.Oid]], [.. keys[table.Oid]]))];
    }

    private static short[] Numbers(string text) => [.. text.Split(',').Select(number => short.Parse(number, CultureInfo.InvariantCulture))];

    private static uint OidOf(NpgsqlDataReader reader) => reader.GetFieldValue<uint>(0);
}
