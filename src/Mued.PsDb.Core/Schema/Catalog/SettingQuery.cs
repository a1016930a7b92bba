namespace Mued.PsDb.Schema;

/// <summary>The settings of the database, for all roles or one (ALTER ROLE … IN DATABASE).</summary>
internal sealed class SettingQuery() : DefinitionQuery(ObjectKind.Setting, "pg_db_role_setting", CatalogPart.Database)
{
    protected override string Definitions =>
        $"""
            SELECT s.setdatabase, format('%s %s', CASE WHEN s.setrole = 0 THEN 'ALL' ELSE quote_ident(pg_get_userbyid(s.setrole)) END, split_part(setting, '=', 1)),
                   format('SET %s TO %s', split_part(setting, '=', 1), {CatalogText.Masked(
                "split_part(setting, '=', 1)",
                "substring(setting FROM position('=' IN setting) + 1)"
            )})
            FROM pg_db_role_setting AS s
            JOIN pg_database AS b ON b.oid = s.setdatabase AND b.datname = current_database()
            CROSS JOIN unnest(s.setconfig) AS setting
            """;
}
