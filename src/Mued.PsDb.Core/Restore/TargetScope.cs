namespace Mued.PsDb.Restore;

/// <summary>What all queries about the tables to restore into begin with.</summary>
internal static class TargetScope
{
    /// <summary>The tables t that exist, of the schemas and names in $1 and $2; other common table expressions may follow.</summary>
    public const string Tables = """
        WITH RECURSIVE t AS (
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relhasrules
            FROM unnest($1, $2) AS v (nspname, relname)
            JOIN pg_catalog.pg_namespace AS n ON n.nspname = v.nspname
            JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = v.relname AND c.relkind IN ('r', 'p')
        )

        """;
}
