namespace Mued.PsDb.Schema;

/// <summary>Procedural languages.</summary>
internal sealed class LanguageQuery() : DefinitionQuery(ObjectKind.Language, "pg_language", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT l.oid, format('%I', l.lanname),
                   concat('CREATE ', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' END, format('LANGUAGE %I HANDLER %s', l.lanname, l.lanplcallfoid::regproc),
                          ' INLINE ' || nullif(l.laninline, 0)::regproc, ' VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc)
            FROM pg_language AS l WHERE l.oid >= 16384 AND l.lanispl
            """;
}
