using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>
/// The constraints of the relations. NOT NULL constraints (in the catalog from 18 on) are told by the column, and read only where they are
/// more than that: the server's own names, which end in _not_null, follow no renaming, and are none.
/// The rows that a foreign key to a partitioned table has for each partition belong to the server;
/// their triggers, which fire at the partition, are told with the key.
/// </summary>
internal sealed class ConstraintQuery : CatalogQuery
{
    protected override string Select =>
        """
                SELECT 'pg_constraint'::regclass::oid AS class, k.oid AS object, k.conrelid AS relation, k.conname::text AS name, k.contype::text AS kind, array_to_json(k.conkey)::text AS columns,
                       CASE WHEN k.contype <> 'n' THEN pg_get_constraintdef(k.oid)
                            ELSE concat_ws(' ', CASE WHEN k.conname !~ '_not_null[0-9]*$' THEN 'CONSTRAINT ' || quote_ident(k.conname) END, 'NOT NULL',
                                                CASE WHEN k.connoinherit THEN 'NO INHERIT' END, CASE WHEN NOT k.convalidated THEN 'NOT VALID' END) END AS definition,
                       k.convalidated AS validated, NOT k.conislocal AND NOT t.relispartition AS inherited, k.condeferrable AS deferrable, k.condeferred AS deferred,
                       fn.nspname::text AS foreign_schema, f.relname::text AS foreign_name,
                       CASE WHEN k.contype = 'f' THEN
                           (SELECT json_agg(a.attname ORDER BY u.position)::text
                            FROM unnest(k.confkey) WITH ORDINALITY AS u (number, position)
                            JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number) END AS foreign_columns,
                       k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update,
                       i.indisvalid AND i.indisready AS index_usable,
                   nullif(concat_ws(', ',
                       'WITH (' || array_to_string(x.reloptions, ', ') || ')',
                       'USING INDEX TABLESPACE ' || (SELECT quote_ident(s.spcname) FROM pg_tablespace AS s WHERE s.oid = x.reltablespace),
                       (SELECT string_agg(format('ALTER COLUMN %s SET STATISTICS %s', a.attnum, a.attstattarget), ', ' ORDER BY a.attnum)
                        FROM pg_attribute AS a WHERE a.attrelid = x.oid AND a.attstattarget >= 0),
                       'TRIGGERS (' || (SELECT string_agg(concat_ws(' ', fp.proname, CASE g.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE 'DISABLED' END,
                                                                    CASE WHEN g.tgconstraint <> k.oid THEN format('ON %I.%I', gn.nspname, gc.relname) END),
                                                          ', ' ORDER BY fp.proname, g.tgconstraint <> k.oid, gn.nspname, gc.relname)
                           FROM pg_trigger AS g JOIN pg_proc AS fp ON fp.oid = g.tgfoid JOIN pg_class AS gc ON gc.oid = g.tgrelid JOIN pg_namespace AS gn ON gn.oid = gc.relnamespace
                           WHERE g.tgenabled <> 'O' AND g.tgconstraint = ANY (CASE WHEN f.relkind = 'p' THEN ARRAY(
                               WITH RECURSIVE own AS (
                                   SELECT k.oid
                                   UNION ALL
                                   SELECT c.oid FROM own JOIN pg_constraint AS c ON c.conparentid = own.oid AND c.conrelid = k.conrelid)
                               SELECT oid FROM own) ELSE ARRAY[k.oid] END)) || ')'), '') AS settings,
                       d.description AS comment, xd.description AS index_comment
                FROM scope
                JOIN pg_constraint AS k ON k.conrelid = scope.oid
                JOIN pg_class AS t ON t.oid = k.conrelid
                LEFT JOIN pg_class AS f ON f.oid = k.confrelid AND k.contype = 'f'
                LEFT JOIN pg_namespace AS fn ON fn.oid = f.relnamespace
                LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
                LEFT JOIN pg_class AS x ON x.oid = i.indexrelid
                LEFT JOIN pg_description AS xd ON xd.objoid = x.oid AND xd.classoid = 'pg_class'::regclass AND xd.objsubid = 0
            LEFT JOIN pg_description AS d ON d.objoid = k.oid AND d.classoid = 'pg_constraint'::regclass
                WHERE (k.contype IN ('p', 'u', 'f', 'c', 'x') OR k.contype = 'n' AND (NOT k.convalidated OR k.connoinherit OR k.conname !~ '_not_null[0-9]*$' OR d.description IS NOT NULL))
                  AND NOT EXISTS (SELECT FROM pg_constraint AS p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
            """;

    public override void Read(CatalogRow row, SnapshotParts parts)
    {
        if (parts.RelationOf(row) is not { } relation)
            return;
        var numbers = JsonText.Numbers(row.TextOrNull("columns"));
        var kind = row.Text("kind");
        if (kind == "n")
        {
            var definition = row.Text("definition");
            foreach (var number in numbers)
            {
                relation.Columns[number] = relation.Columns[number] with
                {
                    NotNull = row.Is("validated"),
                    NotNullConstraint = definition == ColumnSnapshot.PlainNotNull ? null : definition,
                    NotNullComment = row.TextOrNull("comment"),
                };
            }

            return;
        }

        relation.Constraints.Add(
            new()
            {
                Name = row.Text("name"),
                Kind = kind switch
                {
                    "p" => ConstraintKind.PrimaryKey,
                    "u" => ConstraintKind.Unique,
                    "f" => ConstraintKind.ForeignKey,
                    "x" => ConstraintKind.Exclusion,
                    _ => ConstraintKind.Check,
                },
                Columns = [.. numbers.Where(relation.Columns.ContainsKey).Select(number => relation.Columns[number].Name)],
                Definition = CatalogText.Constraint(row.Text("definition")),
                NotValid = !row.Is("validated"),
                Inherited = row.Is("inherited"),
                References = kind == "f" ? ReferenceOf(row) : null,
                BrokenIndex = row.IsOrNull("index_usable") == false,
                Settings = row.TextOrNull("settings"),
                IndexComment = row.TextOrNull("index_comment"),
                Comment = row.TextOrNull("comment"),
            }
        );
    }

    private static ForeignKeyReference ReferenceOf(CatalogRow row) =>
        new()
        {
            Table = row.Name("foreign_schema", "foreign_name").ToString(),
            Columns = JsonText.Texts(row.TextOrNull("foreign_columns")),
            OnDelete = Action(row.Text("on_delete")),
            OnUpdate = Action(row.Text("on_update")),
            Deferrable = row.Is("deferrable"),
            InitiallyDeferred = row.Is("deferred"),
        };

    private static string? Action(string letter) =>
        letter switch
        {
            "c" => "CASCADE",
            "n" => "SET NULL",
            "d" => "SET DEFAULT",
            "r" => "RESTRICT",
            _ => null,
        };
}
