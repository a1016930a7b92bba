using System.Globalization;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Every object of a database that a user made, the columns of its tables and composite types, by number, and the files of tables.
/// </summary>
internal sealed class CatalogInventory
{
    private readonly Dictionary<CatalogObject, Entry> objects = [];
    private readonly HashSet<CatalogObject> dropped = [];
    private readonly Dictionary<uint, bool> large = [];
    private long? writes;

    // Objects of no schema, which may depend on nothing but what is the server's own, and so have no row in pg_depend.
    private static readonly string OfDatabase = string.Concat(
        new[] { "pg_am", "pg_cast", "pg_foreign_data_wrapper", "pg_language", "pg_publication", "pg_subscription", "pg_transform" }.Select(
            catalog => $"UNION SELECT 'pg_catalog.{catalog}'::regclass, oid FROM pg_catalog.{catalog} WHERE oid >= 16384\n                "
        )
    );

    /// <summary>
    /// Everything that depends on anything is in pg_depend, and everything in a schema depends on the schema; OIDs below 16384 are the
    /// server's own (PostgreSQL source, transam.h). Schemas themselves and what belongs to the database are added;
    /// temporary tables, which other sessions drop at any time, are not. Only tables that this transaction has locked against everyone
    /// have a size: what else changed is not its doing, and to measure another would wait for whoever has it locked. What it has dropped is told
    /// by the locks that it holds on what is not there, for each DROP takes one on every object that goes (PostgreSQL source, dependency.c,
    /// AcquireDeletionLock). Of large objects, of which
    /// there may be millions, only those are told that this transaction has unlinked, by the locks that it holds on them, whether they are there
    /// again, and under no number how often it has written to any, of which no lock tells.
    /// </summary>
    /// <param name="marker">The name of the first column.</param>
    public static BatchStep Query(string marker) =>
        $"""
            WITH locked AS MATERIALIZED (
                SELECT DISTINCT coalesce(l.classid, 'pg_catalog.pg_class'::regclass) AS classid, coalesce(l.objid, l.relation) AS objid
                FROM pg_catalog.pg_locks AS l
                WHERE l.pid = pg_catalog.pg_backend_pid() AND l.mode = 'AccessExclusiveLock' AND l.locktype IN ('object', 'relation')
            ), present AS (
                SELECT classid, objid FROM pg_catalog.pg_depend WHERE objid >= 16384
                EXCEPT
                SELECT 'pg_catalog.pg_class'::regclass, oid FROM pg_catalog.pg_class WHERE relpersistence = 't'
                {OfDatabase}UNION
                SELECT 'pg_catalog.pg_namespace'::regclass, oid FROM pg_catalog.pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(temp|toast)'
                UNION
                SELECT classid, objid FROM locked WHERE classid = 'pg_catalog.pg_largeobject'::regclass
                UNION
                SELECT 'pg_catalog.pg_largeobject'::regclass, 0
            )
            SELECT o.classid AS {marker}, o.objid,
                (SELECT string_agg(pg_catalog.concat_ws(' ', a.attnum, a.xmin, pg_catalog.concat(a.attstorage, a.attcompression), a.atttypid, a.atttypmod), ',')
                 FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                c.relfilenode,
                CASE WHEN c.relkind = 'r' AND own.objid IS NOT NULL THEN pg_catalog.pg_relation_size(c.oid) END,
                CASE WHEN o.classid <> 'pg_catalog.pg_largeobject'::regclass THEN NULL
                    WHEN o.objid > 0 THEN (SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata AS m WHERE m.oid = o.objid)
                    WHEN pg_catalog.current_setting('track_counts')::boolean
                        THEN pg_catalog.pg_stat_get_xact_tuples_inserted(o.classid) + pg_catalog.pg_stat_get_xact_tuples_updated(o.classid) END,
                own.objid IS NOT NULL, false
            FROM present AS o
            LEFT JOIN pg_catalog.pg_class AS c
                ON o.classid = 'pg_catalog.pg_class'::regclass AND c.oid = o.objid AND c.relkind IN ('r', 'p', 'f', 'c')
            LEFT JOIN locked AS own ON own.classid = 'pg_catalog.pg_class'::regclass AND own.objid = c.oid
            UNION ALL
            SELECT l.classid, l.objid, NULL, NULL, NULL, NULL, true, true
            FROM locked AS l LEFT JOIN present AS o USING (classid, objid) WHERE o.objid IS NULL
            """;

    /// <summary>Reads what <see cref="Query"/> asked for.</summary>
    public static async Task<CatalogInventory> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var inventory = new CatalogInventory();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            CatalogObject item = new(reader.GetFieldValue<uint>(0), reader.GetFieldValue<uint>(1));
            long? told = reader.IsDBNull(5) ? null : reader.GetInt64(5);
            if (item is { Class: CatalogObject.LargeObject, Oid: 0 })
                inventory.writes = told;
            else if (item.Class == CatalogObject.LargeObject)
                inventory.large.Add(item.Oid, told > 0);
            else if (reader.GetBoolean(7))
                inventory.dropped.Add(item);
            else
                inventory.objects.Add(
                    item,
                    new(
                        reader.IsDBNull(2) ? null : reader.GetString(2),
                        reader.IsDBNull(3) ? 0 : reader.GetFieldValue<uint>(3),
                        reader.IsDBNull(4) ? null : reader.GetInt64(4),
                        reader.GetBoolean(6)
                    )
                );
        }

        return inventory;
    }

    /// <summary>
    /// What the scripts between the two did, which must be in the transaction that reads the later one. What other sessions did meanwhile,
    /// another tenant's undo perhaps, is not told.
    /// </summary>
    /// <param name="later">The later one.</param>
    /// <param name="reset">Sequences that stay, as far as they may be set back, and where each stands then.</param>
    public CatalogDifference Compare(CatalogInventory later, IReadOnlyDictionary<uint, SequenceStanding> reset)
    {
        var (vanished, rewritten, altered) = (new List<CatalogObject>(), new List<CatalogObject>(), new List<CatalogObject>());
        foreach (var (item, before) in objects)
        {
            if (!later.objects.TryGetValue(item, out var after))
            {
                if (later.dropped.Contains(item))
                    vanished.Add(item);
                continue;
            }

            // A column may get another type and the old one back, and its values are others then.
            var (retyped, written) = (false, false);
            if (before.Columns is not null && before.Columns != after.Columns && after.Locked)
            {
                var (columns, still) = (Types(before.Columns), Types(after.Columns));
                vanished.AddRange(columns.Keys.Where(number => !still.ContainsKey(number)).Select(number => item with { Column = number }));
                altered.AddRange(
                    columns
                        .Where(column =>
                            still.TryGetValue(column.Key, out var now)
                            && (now.Type, now.Storage) != (column.Value.Type, column.Value.Storage)
                        )
                        .Select(column => item with { Column = column.Key })
                );
                if (after.Size is not null)
                {
                    written = columns.Any(column =>
                        still.TryGetValue(column.Key, out var now) && now.Type == column.Value.Type && now.Writer != column.Value.Writer
                    );
                    var changed = columns
                        .Where(column => still.TryGetValue(column.Key, out var now) && now.Type != column.Value.Type)
                        .Select(column => item with { Column = column.Key })
                        .ToList();
                    rewritten.AddRange(changed);
                    retyped = changed.Count > 0;
                }
            }

            // Another type is mostly a new file as well, and said more exactly; a table that ends empty lost its other columns too.
            if (before.File != after.File && (after.Size == 0 || (after.Size is not null && (!retyped || written))))
                rewritten.Add(item);
        }

        return new(
            vanished,
            rewritten,
            altered,
            reset,
            new([.. Locked(there: false)], [.. Locked(there: true)], later.writes is { } now && writes is { } then ? now - then : 1)
        )
        {
            Counted = later.writes is not null,
        };

        IEnumerable<uint> Locked(bool there) =>
            later.large.Where(item => item.Value == there && !large.ContainsKey(item.Key)).Select(item => item.Key);
    }

    private static Dictionary<short, (string Writer, string Storage, string Type)> Types(string? columns) =>
        columns is null
            ? []
            : columns
                .Split(',')
                .Select(column => column.Split(' ', 4))
                .ToDictionary(parts => short.Parse(parts[0], CultureInfo.InvariantCulture), parts => (parts[1], parts[2], parts[3]));

    /// <summary>What is known of an object.</summary>
    /// <param name="Columns">Number, last writer, storage and compression, type and type modifier of every column; null without columns.</param>
    /// <param name="File">The number of the file that holds the rows, or 0: TRUNCATE and all that rewrites a table begin a new one.</param>
    /// <param name="Size">The file's size in bytes; null unless this transaction has the table locked against everyone.</param>
    /// <param name="Locked">Whether this transaction has it locked against everyone.</param>
    private readonly record struct Entry(string? Columns, uint File, long? Size, bool Locked);
}
