using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>What is read, as the queries take it.</summary>
/// <param name="scope">What is read.</param>
/// <param name="others">Other objects, by name.</param>
/// <param name="objectSchemas">The schemas whose objects of further kinds are read.</param>
/// <param name="relationsOfSchemas">Whether the relations of the scope's schemas are read, or only those that it names.</param>
internal sealed class CatalogScope(
    SchemaScope scope,
    IReadOnlyList<ObjectName> others,
    IReadOnlyList<string> objectSchemas,
    bool relationsOfSchemas
)
{
    /// <summary>
    /// The relations in scope, kept in a setting of the transaction for the queries that follow, because to plan the search again in each
    /// of them costs more than all the rest; and the schemas that are not there. $1 schemas; $2 relations; $3 relations
    /// left out; $4 whether the whole database is read.
    /// </summary>
    private const string FindRelations = """
        SELECT set_config('mued.scope', coalesce(array_agg(found.oid), '{}')::text, true), set_config('mued.database', $4, true),
               (SELECT json_agg(s)::text FROM json_array_elements_text($1::json) AS s
                WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = s)) AS no_schemas
        FROM (
            SELECT c.oid
            FROM json_array_elements_text($1::json) AS s
            JOIN pg_namespace AS n ON n.nspname = s
            JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
            UNION
            SELECT c.oid
            FROM json_array_elements($2::json) AS r
            JOIN pg_namespace AS n ON n.nspname = r->>0
            JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
            EXCEPT
            SELECT c.oid
            FROM json_array_elements($3::json) AS r
            JOIN pg_namespace AS n ON n.nspname = r->>0
            JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1
        ) AS found
        """;

    private readonly string schemas = JsonText.Of(scope.Schemas);
    private readonly string schemasOfObjects = JsonText.Of(objectSchemas);
    private readonly string relations = JsonText.Of(scope.Tables.Select(ObjectName.Parse));
    private readonly string named = JsonText.Of(others);
    private readonly string excluded = JsonText.Of(scope.Exclude.Select(ObjectName.Parse));

    /// <summary>Goes before the queries.</summary>
    public BatchStep Find() =>
        Step(FindRelations, relationsOfSchemas ? schemas : "[]", relations, excluded, scope.Database ? "true" : "false");

    /// <summary>One of the queries with the parameters that it has.</summary>
    public BatchStep StepOf(CatalogQuery query) =>
        Step(
            query.Sql,
            new[] { query.Part == CatalogPart.Schemas ? schemasOfObjects : schemas, named, excluded }.AsSpan(0, query.Parameters)
        );

    private static BatchStep Step(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        return command;
    }
}
