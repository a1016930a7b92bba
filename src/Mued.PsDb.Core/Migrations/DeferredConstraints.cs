using Mued.PsDb.Sql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// Checks inside a transaction what waits for its COMMIT, and puts it off again for what follows. SET CONSTRAINTS ALL would not do: what a
/// later file makes would then be checked at once.
/// </summary>
internal static class DeferredConstraints
{
    // A name may stand for several constraints of a schema, and one that cannot be deferred is an error.
    private const string Names = """
        SELECT set_config('mued.deferrable', coalesce(string_agg(k.name, ', '), ''), true) AS mued_deferrable,
            set_config('mued.deferred', coalesce(string_agg(k.name, ', ') FILTER (WHERE k.deferred), ''), true)
        FROM (
            SELECT format('%I.%I', n.nspname, c.conname) AS name, bool_and(c.condeferred) AS deferred
            FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
            WHERE c.contype IN ('f', 'p', 'u', 'x', 't') AND has_schema_privilege(n.oid, 'USAGE')
                AND (n.oid = pg_my_temp_schema() OR n.nspname !~ '^pg_temp_')
            GROUP BY n.nspname, c.conname HAVING bool_and(c.condeferrable)
        ) AS k
        """;

    private const string Check = """
        DO $mued$
        BEGIN
            IF pg_catalog.textne(pg_catalog.current_setting('mued.deferrable'), '') THEN
                EXECUTE pg_catalog.concat('SET CONSTRAINTS ', pg_catalog.current_setting('mued.deferrable'), ' IMMEDIATE');
            END IF;
            IF pg_catalog.textne(pg_catalog.current_setting('mued.deferred'), '') THEN
                EXECUTE pg_catalog.concat('SET CONSTRAINTS ', pg_catalog.current_setting('mued.deferred'), ' DEFERRED');
            END IF;
        END
        $mued$
        """;

    /// <summary>The statements; triggers that wait see the settings of the file.</summary>
    public static IReadOnlyList<BatchStep> CheckAndDefer { get; } = [Names, BatchStep.Unguarded(Check)];
}
