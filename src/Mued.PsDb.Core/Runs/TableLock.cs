using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Locks tables, in the order of their names, by one statement that looks again once it has them: what was found by name may have been
/// something else by the time that the lock was granted (CVE-2024-7348).
/// </summary>
internal static class TableLock
{
    /// <summary>
    /// Locks tables against writers, by OID. What does not exist, and what is no permanent table, is passed over.
    /// </summary>
    public static NpgsqlBatchCommand On(IEnumerable<uint> oids) =>
        Where($"c.oid = ANY (ARRAY[{string.Join(", ", oids)}]::oid[])", "SHARE ROW EXCLUSIVE", 0);

    /// <summary>
    /// Locks tables against writers, by name. What does not exist, and what is no permanent table, is passed over.
    /// </summary>
    public static NpgsqlBatchCommand On(IReadOnlyList<ObjectName> names) => Where(Named(names), "SHARE ROW EXCLUSIVE", 0);

    /// <summary>Locks tables so that they stay what they are while they are read; an error where one of the names is no table.</summary>
    public static NpgsqlBatchCommand ForReading(IReadOnlyList<ObjectName> names) => Where(Named(names), "ACCESS SHARE", names.Count);

    private static string Named(IReadOnlyList<ObjectName> names) =>
        $"(n.nspname, c.relname) IN (SELECT * FROM unnest({Texts(names.Select(name => name.Schema))}, {Texts(names.Select(name => name.Name))}))";

    private static string Texts(IEnumerable<string> names) => $"ARRAY[{string.Join(", ", names.Select(SqlString.Literal))}]::text[]";

    private static NpgsqlBatchCommand Where(string condition, string mode, int least) =>
        new(
            "DO "
                + SqlString.Literal(
                    $"""
                    DECLARE
                        tables text;
                        locked text;
                        number integer;
                    BEGIN
                        LOOP
                            SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY n.nspname, c.relname), count(*) INTO tables, number
                            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                            WHERE {condition} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't';
                            EXIT WHEN tables IS NULL OR tables IS NOT DISTINCT FROM locked;
                            EXECUTE 'LOCK TABLE ' || tables || ' IN {mode} MODE';
                            locked := tables;
                        END LOOP;
                        IF number < {least} THEN
                            RAISE undefined_table USING MESSAGE = 'a table is gone, or something else bears its name';
                        END IF;
                    END
                    """
                )
        );
}
