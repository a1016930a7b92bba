namespace Mued.PsDb.Schema;

/// <summary>Publications with their members, row filters and column lists.</summary>
internal sealed class PublicationQuery() : DefinitionQuery(ObjectKind.Publication, "pg_publication", CatalogPart.Database)
{
    /// <summary>What servers before 15 do not have; a name that they do not know is looked for here.</summary>
    public const string OtherVersions = "SELECT NULL::text AS prattrs, NULL::text AS prqual";

    /// <summary>SQL for a table r of a publication, c in schema n, with its columns and its filter.</summary>
    public const string Member = """
        concat(format('%I.%I', n.nspname, c.relname),
               ' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                        FROM pg_attribute AS a
                        WHERE a.attrelid = r.prrelid
                          AND a.attnum = ANY ((SELECT prattrs FROM pg_publication_rel AS v WHERE v.oid = r.oid)::int2[])) || ')',
               ' WHERE ' || pg_get_expr((SELECT prqual FROM pg_publication_rel AS v WHERE v.oid = r.oid)::pg_node_tree, r.prrelid))
        """;

    protected override string Definitions =>
        $"""
            SELECT p.oid, format('%I', p.pubname),
                   concat(format('CREATE PUBLICATION %I', p.pubname), CASE WHEN p.puballtables THEN ' FOR ALL TABLES' END,
                          ' FOR ' || nullif(concat_ws(', ',
                              'TABLE ' || (SELECT string_agg({Member},
                                               ', ' ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")
                                  FROM pg_publication_rel AS r
                                  JOIN pg_class AS c ON c.oid = r.prrelid
                                  JOIN pg_namespace AS n ON n.oid = c.relnamespace
                                  CROSS JOIN ({OtherVersions}) AS other_versions
                                  WHERE r.prpubid = p.oid),
                              CASE WHEN to_regclass('pg_catalog.pg_publication_namespace') IS NOT NULL THEN
                                  'TABLES IN SCHEMA ' || convert_from(decode(substring(query_to_xml(
                                      'SELECT encode(convert_to(string_agg(quote_ident(n.nspname), '', '' ORDER BY n.nspname COLLATE "C"), ''UTF8''), ''hex'') AS r
                                       FROM pg_publication_namespace AS s JOIN pg_namespace AS n ON n.oid = s.pnnspid WHERE s.pnpubid = ' || p.oid,
                                      false, false, '')::text FROM '<r>([0-9a-f]*)</r>'), 'hex'), 'UTF8') END), ''),
                          format(' WITH (publish = %L', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                                                            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)),
                          CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' END,
                          CASE WHEN (SELECT pubgencols FROM pg_publication AS v WHERE v.oid = p.oid)::text = 's' THEN ', publish_generated_columns = stored' END,
                          ')')
            FROM pg_publication AS p
            CROSS JOIN (SELECT NULL::text AS pubgencols) AS other_versions
            """;
}
