namespace Mued.PsDb.Schema;

/// <summary>Access methods of tables and indexes.</summary>
internal sealed class AccessMethodQuery() : DefinitionQuery(ObjectKind.AccessMethod, "pg_am", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT m.oid, format('%I', m.amname),
                   format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', m.amname, CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, m.amhandler)
            FROM pg_am AS m WHERE m.oid >= 16384
            """;
}
