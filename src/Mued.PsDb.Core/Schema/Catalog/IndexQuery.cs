namespace Mued.PsDb.Schema;

/// <summary>The indexes of the relations that belong to no constraint.</summary>
internal sealed class IndexQuery : CatalogQuery
{
    protected override string Select =>
        """
            SELECT 'pg_class'::regclass::oid AS class, i.indexrelid AS object, i.indrelid AS relation, c.relname::text AS name, pg_get_indexdef(i.indexrelid) AS definition, i.indisunique AS is_unique,
                   CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END AS predicate,
                   i.indisvalid AS valid, i.indisready AS ready, nullif(concat_ws(', ',
                   'TABLESPACE ' || (SELECT quote_ident(s.spcname) FROM pg_tablespace AS s WHERE s.oid = c.reltablespace),
                   (SELECT string_agg(format('ALTER COLUMN %s SET STATISTICS %s', a.attnum, a.attstattarget), ', ' ORDER BY a.attnum)
                    FROM pg_attribute AS a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)), '') AS settings,
               d.description AS comment
            FROM scope
            JOIN pg_index AS i ON i.indrelid = scope.oid
            JOIN pg_class AS c ON c.oid = i.indexrelid
            LEFT JOIN pg_description AS d ON d.objoid = i.indexrelid AND d.classoid = 'pg_class'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_constraint AS k
                              WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
            """;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts
            .RelationOf(row)
            ?.Indexes.Add(
                new()
                {
                    Name = row.Text("name"),
                    Definition = row.Text("definition"),
                    Unique = row.Is("is_unique"),
                    Predicate = row.TextOrNull("predicate"),
                    Invalid = !row.Is("valid"),
                    NotReady = !row.Is("ready"),
                    Settings = row.TextOrNull("settings"),
                    Comment = row.TextOrNull("comment"),
                }
            );
}
