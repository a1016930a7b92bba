using Mued.PsDb.Backups;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Reads what is to vanish from the catalog while it is still there: two round trips.</summary>
internal sealed class LostSchemaReader(NpgsqlConnection connection)
{
    // Where a part belongs: the table and, for a default, the column whose fact it is. It belongs to one, and the planner must know that.
    private const string PlacesSql = """
        SELECT v.classid, v.objid, v.number,
            CASE WHEN v.classid = 'pg_catalog.pg_namespace'::regclass THEN i.identity
                WHEN t.oid IS NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS y LEFT JOIN pg_catalog.pg_class AS c ON c.oid = y.typrelid
                    WHERE v.classid = 'pg_catalog.pg_type'::regclass AND y.oid = v.objid AND (y.typcategory = 'A' OR c.relkind <> 'c'))
                THEN i.schema END,
            t.oid, coalesce(p.number, 0)::smallint, n.nspname::text, t.relname::text
        FROM unnest($1, $2, $3) AS v (classid, objid, number)
        CROSS JOIN LATERAL pg_catalog.pg_identify_object(v.classid, v.objid, v.number) AS i
        LEFT JOIN LATERAL (
            SELECT v.objid AS relation, v.number WHERE v.classid = 'pg_catalog.pg_class'::regclass AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS x WHERE x.indexrelid = v.objid)
            UNION ALL SELECT x.indrelid, 0 FROM pg_catalog.pg_index AS x WHERE v.classid = 'pg_catalog.pg_class'::regclass AND x.indexrelid = v.objid
            UNION ALL SELECT x.conrelid, 0 FROM pg_catalog.pg_constraint AS x WHERE v.classid = 'pg_catalog.pg_constraint'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.tgrelid, 0 FROM pg_catalog.pg_trigger AS x WHERE v.classid = 'pg_catalog.pg_trigger'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.ev_class, 0 FROM pg_catalog.pg_rewrite AS x WHERE v.classid = 'pg_catalog.pg_rewrite'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.polrelid, 0 FROM pg_catalog.pg_policy AS x WHERE v.classid = 'pg_catalog.pg_policy'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.adrelid, x.adnum FROM pg_catalog.pg_attrdef AS x WHERE v.classid = 'pg_catalog.pg_attrdef'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.stxrelid, 0 FROM pg_catalog.pg_statistic_ext AS x WHERE v.classid = 'pg_catalog.pg_statistic_ext'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.prrelid, 0 FROM pg_catalog.pg_publication_rel AS x WHERE v.classid = 'pg_catalog.pg_publication_rel'::regclass AND x.oid = v.objid
            LIMIT 1
        ) AS p (relation, number) ON true
        LEFT JOIN pg_catalog.pg_class AS t ON t.oid = p.relation AND t.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND t.relpersistence <> 't'
        LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
        WHERE i.identity IS NOT NULL
        """;

    // Catalogs whose objects belong to the database and are told only of a whole one.
    private const string OfDatabase = """
        SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relname IN (
            'pg_am', 'pg_cast', 'pg_event_trigger', 'pg_extension', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_language',
            'pg_publication', 'pg_subscription', 'pg_transform', 'pg_user_mapping')
        """;

    /// <summary>Reads it.</summary>
    /// <param name="difference">What goes, and what columns that stay may lose.</param>
    /// <param name="own">What of it the rollback scripts drop themselves.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    public async Task<LostSchema> ReadAsync(
        CatalogDifference difference,
        IReadOnlySet<CatalogObject> own,
        CancellationToken cancellationToken
    )
    {
        if (difference.Vanished.Count + difference.Altered.Count == 0)
            return LostSchema.None;
        var (places, ofDatabase) = await PlacesAsync([.. difference.Vanished.Union(difference.Altered)], cancellationToken)
            .ConfigureAwait(false);
        var tables = places.Where(place => place.Table is not null).ToLookup(place => place.Oid, place => place.Table!.Value);
        var scope = new SchemaScope
        {
            Tables = [.. tables.Select(group => group.First().ToString()).Order(StringComparer.Ordinal)],
            Schemas = [.. places.Select(place => place.Schema).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
            Database = places.Any(place => ofDatabase.Contains(place.Item.Class)),
            Owners = true,
            Privileges = true,
        };
        var altered = difference.Altered.ToHashSet();
        var whole = difference
            .Vanished.Concat(
                places
                    .Where(place => place.Column > 0 && !altered.Contains(place.Item))
                    .Select(place => new CatalogObject(CatalogObject.Relation, place.Oid, place.Column))
            )
            .ToHashSet();
        altered.ExceptWith(whole);
        var containers = tables.Select(group => group.Key).ToHashSet();
        return LostSchema.Of(
            await SnapshotAsync(whole).ConfigureAwait(false),
            NotIn(whole),
            await SnapshotAsync(own).ConfigureAwait(false),
            NotIn(own),
            altered.Count == 0 ? [] : (await SnapshotAsync(altered).ConfigureAwait(false)).Relations
        );

        Task<SchemaSnapshot> SnapshotAsync(IReadOnlySet<CatalogObject> objects) =>
            SchemaReader.ReadAsync(connection, new SchemaQuery(scope, [], [], selection: new(objects, containers)), cancellationToken);

        HashSet<string> NotIn(IReadOnlySet<CatalogObject> objects) =>
            tables
                .Where(group => !objects.Contains(new(CatalogObject.Relation, group.Key)))
                .Select(group => group.First().ToString())
                .ToHashSet(StringComparer.Ordinal);
    }

    private async Task<(List<Place> Places, HashSet<uint> OfDatabase)> PlacesAsync(
        IReadOnlyList<CatalogObject> vanished,
        CancellationToken cancellationToken
    )
    {
        return await connection
            .QueryAsync(
                [
                    "SAVEPOINT mued_places",
                    "SELECT set_config('jit', 'off', true)",
                    CatalogAddress.Query(PlacesSql, vanished),
                    OfDatabase,
                    "ROLLBACK TO SAVEPOINT mued_places",
                ],
                async reader =>
                {
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                    var places = await reader.RowsAsync(r => Place.Of(r), cancellationToken).ConfigureAwait(false);
                    var catalogs = await reader.RowsAsync(r => r.GetFieldValue<uint>(0), cancellationToken).ConfigureAwait(false);
                    return (places, catalogs.ToHashSet());
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Where an object lies.</summary>
    /// <param name="Item">The object.</param>
    /// <param name="Schema">Its schema; null for a part of a table and for what belongs to the database.</param>
    /// <param name="Oid">The relation that it is, or is a part of; 0 for none.</param>
    /// <param name="Column">The column whose fact it is; 0 for none.</param>
    /// <param name="Table">The relation's name.</param>
    private readonly record struct Place(CatalogObject Item, string? Schema, uint Oid, short Column, ObjectName? Table)
    {
        public static Place Of(NpgsqlDataReader r) =>
            new(
                new(r.GetFieldValue<uint>(0), r.GetFieldValue<uint>(1), (short)r.GetInt32(2)),
                r.IsDBNull(3) ? null : ObjectName.Parse(r.GetString(3) + ".x").Schema,
                r.IsDBNull(4) ? 0 : r.GetFieldValue<uint>(4),
                r.GetInt16(5),
                r.IsDBNull(6) ? null : new ObjectName(r.GetString(6), r.GetString(7))
            );
    }
}
