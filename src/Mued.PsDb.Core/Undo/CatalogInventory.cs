using System.Globalization;
using Npgsql;

namespace Mued.PsDb;

/// <summary>Every object of a database that a user made, and the columns of its tables, by number.</summary>
internal sealed class CatalogInventory
{
    private readonly Dictionary<CatalogObject, string?> objects = [];

    /// <summary>
    /// Everything that depends on anything is in pg_depend, and everything in a schema depends on the schema; OIDs below 16384 are the
    /// server's own (PostgreSQL source, transam.h). Schemas themselves are added;
    /// temporary tables, which other sessions drop at any time, are not.
    /// </summary>
    public static NpgsqlBatchCommand Query(string marker) => new($"""
        SELECT o.classid AS {marker}, o.objid,
            (SELECT string_agg(a.attnum::text, ',')
             FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE o.classid = 'pg_catalog.pg_class'::regclass AND c.oid = o.objid AND c.relkind IN ('r', 'p', 'f'))
        FROM (
            SELECT classid, objid FROM pg_catalog.pg_depend WHERE objid >= 16384
            EXCEPT
            SELECT 'pg_catalog.pg_class'::regclass, oid FROM pg_catalog.pg_class WHERE relpersistence = 't'
            UNION
            SELECT 'pg_catalog.pg_namespace'::regclass, oid FROM pg_catalog.pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(temp|toast)'
        ) AS o
        """);

    /// <summary>Reads what <see cref="Query"/> asked for.</summary>
    public static async Task<CatalogInventory> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var inventory = new CatalogInventory();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            inventory.objects.Add(new(reader.GetFieldValue<uint>(0), reader.GetFieldValue<uint>(1)), reader.IsDBNull(2) ? null : reader.GetString(2));
        return inventory;
    }

    /// <summary>What is here and not there: objects, and columns of tables that are in both.</summary>
    public IReadOnlyList<CatalogObject> Except(CatalogInventory later)
    {
        var vanished = new List<CatalogObject>();
        foreach (var (item, columns) in objects)
        {
            if (!later.objects.TryGetValue(item, out var still))
                vanished.Add(item);
            else if (columns is not null && columns != still)
                vanished.AddRange(Numbers(columns).Except(Numbers(still)).Select(number => item with { Column = number }));
        }

        return vanished;
    }

    private static IEnumerable<short> Numbers(string? columns)
        => columns is null ? [] : columns.Split(',').Select(number => short.Parse(number, CultureInfo.InvariantCulture));
}
