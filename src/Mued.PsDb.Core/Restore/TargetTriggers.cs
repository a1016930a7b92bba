using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>The triggers and rules that would fire on the tables to restore into.</summary>
internal static class TargetTriggers
{
    /// <summary>The query; the first column is the table's OID.</summary>
    public const string Sql =
        TargetScope.Tables
        + """
            SELECT t.oid, 'TRIGGER', g.tgname::text, g.tgenabled::text, t.nspname::text, t.relname::text
            FROM t JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D'
            UNION ALL
            SELECT t.oid, 'RULE', r.rulename::text, r.ev_enabled::text, t.nspname::text, t.relname::text
            FROM t JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = t.oid AND r.ev_type <> '1' AND r.ev_enabled <> 'D'
            ORDER BY 1, 2, 3
            """;

    /// <summary>Reads a row.</summary>
    public static RestoreTarget.Trigger Read(NpgsqlDataReader row) =>
        new(new(row.GetString(4), row.GetString(5)), row.GetString(1), row.GetString(2), row.GetString(3)[0]);
}
