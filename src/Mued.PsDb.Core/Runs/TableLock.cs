using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Locks tables against writers, in the order of their names, by one statement that need not be told which of them exist. What does
/// not exist, and what is no permanent table, is passed over.
/// </summary>
internal static class TableLock
{
    /// <summary>Locks tables by OID.</summary>
    public static NpgsqlBatchCommand On(IEnumerable<uint> oids) => Where($"c.oid = ANY (ARRAY[{string.Join(", ", oids)}]::oid[])");

    /// <summary>Locks tables by name.</summary>
    public static NpgsqlBatchCommand On(IReadOnlyList<ObjectName> names) =>
        Where(
            $"(n.nspname, c.relname) IN (SELECT * FROM unnest({Texts(names.Select(name => name.Schema))}, {Texts(names.Select(name => name.Name))}))"
        );

    private static string Texts(IEnumerable<string> names) => $"ARRAY[{string.Join(", ", names.Select(SqlString.Literal))}]::text[]";

    private static NpgsqlBatchCommand Where(string condition) =>
        new(
            "DO "
                + SqlString.Literal(
                    $"""
                    DECLARE
                        tables text := (SELECT string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', ' ORDER BY n.nspname, c.relname)
                            FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                            WHERE {condition} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't');
                    BEGIN
                        IF tables IS NOT NULL THEN
                            EXECUTE 'LOCK TABLE ' || tables || ' IN SHARE ROW EXCLUSIVE MODE';
                        END IF;
                    END
                    """
                )
        );
}
