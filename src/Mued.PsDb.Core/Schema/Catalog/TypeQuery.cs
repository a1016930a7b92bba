namespace Mued.PsDb.Schema;

/// <summary>Types of one kind: those of whole schemas, those that are named, and those of the relations' columns.</summary>
/// <param name="kind">The kind (PostgreSQL manual, pg_type, typtype).</param>
internal abstract class TypeQuery(char kind) : CatalogQuery
{
    public sealed override int Parameters => 2;

    protected sealed override string Select =>
        $"""
            , wanted AS (
                SELECT t.oid FROM json_array_elements_text($1::json) AS s
                JOIN pg_namespace AS n ON n.nspname = s JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typtype = '{kind}'
                UNION
                SELECT t.oid FROM json_array_elements($2::json) AS o
                JOIN pg_namespace AS n ON n.nspname = o->>0
                JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typname = o->>1 AND t.typtype = '{kind}'
                UNION
                SELECT e.oid FROM scope
                JOIN pg_attribute AS a ON a.attrelid = scope.oid AND a.attnum > 0 AND a.atttypid >= 16384
                JOIN pg_type AS t ON t.oid = a.atttypid
                JOIN pg_type AS e ON e.oid = CASE WHEN t.typelem <> 0 THEN t.typelem ELSE t.oid END AND e.typtype = '{kind}'
            )

            """ + SelectTypes;

    /// <summary>What follows <c>wanted</c>, which holds the oids of the types.</summary>
    protected abstract string SelectTypes { get; }
}
