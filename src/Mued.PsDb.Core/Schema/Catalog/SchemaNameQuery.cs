namespace Mued.PsDb.Schema;

/// <summary>Schemas: those that are read whole, and every one of a whole database.</summary>
internal sealed class SchemaNameQuery() : DefinitionQuery(ObjectKind.Schema, "pg_namespace", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT n.oid, format('%I', n.nspname), format('CREATE SCHEMA %I', n.nspname)
            FROM pg_namespace AS n
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
               OR current_setting('mued.database')::boolean AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            """;
}
