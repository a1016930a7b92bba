namespace Mued.PsDb.Sql;

/// <summary>
/// The settings under which all SQL of our own runs, whatever the role, the database or a migration has set: names mean those of
/// pg_catalog and are quoted only where they must be, and what we read is a table and all of it, so that no code of others runs under our
/// role (PostgreSQL manual, Writing SECURITY DEFINER Functions Safely; CVE-2018-1058, CVE-2024-7348). <see cref="Up"/> and <see cref="Down"/> work inside a
/// transaction or a batch only, end with it, and change nothing when they have been sent already; under the settings of others they look up
/// nothing that is not qualified.
/// </summary>
internal static class SessionGuard
{
    /// <summary>The name of the first column of what the statements return.</summary>
    public const string Marker = "mued_guard";

    // pg_temp last, because it is searched first where it is not named. Nobody spells it with these quotes: it tells that the guard is up.
    private const string Path = "\"pg_catalog\",\"pg_temp\"";

    // Servers before 14.13, 15.8 and 16.4 do not have it.
    private const string Kinds = "restrict_nonsystem_relation_kind";
    private const string TablesOnly = "view, foreign-table";

    /// <summary>Puts the guard up.</summary>
    public const string Up = $"""
        SELECT pg_catalog.set_config('mued.path', pg_catalog.current_setting('search_path'), true) AS {Marker},
            pg_catalog.set_config('mued.schema', pg_catalog.current_schema()::pg_catalog.text, true),
            pg_catalog.set_config('mued.schemas', pg_catalog.current_schemas(true)::pg_catalog.text, true),
            pg_catalog.set_config('mued.row_security', pg_catalog.current_setting('row_security'), true),
            pg_catalog.set_config('mued.kinds', pg_catalog.current_setting('{Kinds}', true), true),
            pg_catalog.set_config('mued.quotes', pg_catalog.current_setting('quote_all_identifiers'), true),
            pg_catalog.set_config('row_security', 'off', true), pg_catalog.set_config('quote_all_identifiers', 'off', true),
            CASE WHEN pg_catalog.current_setting('{Kinds}', true) IS NOT NULL
                THEN pg_catalog.set_config('{Kinds}', '{TablesOnly}', true) END,
            pg_catalog.set_config('search_path', '{Path}', true)
        WHERE pg_catalog.textne(pg_catalog.current_setting('search_path'), '{Path}')
        """;

    /// <summary>Takes it down: what it replaced is in force again.</summary>
    public const string Down = $"""
        SELECT pg_catalog.set_config('row_security', pg_catalog.current_setting('mued.row_security'), true) AS {Marker},
            pg_catalog.set_config('quote_all_identifiers', pg_catalog.current_setting('mued.quotes'), true),
            CASE WHEN pg_catalog.current_setting('{Kinds}', true) IS NOT NULL
                THEN pg_catalog.set_config('{Kinds}', pg_catalog.current_setting('mued.kinds'), true) END,
            pg_catalog.set_config('search_path', pg_catalog.current_setting('mued.path'), true)
        WHERE pg_catalog.texteq(pg_catalog.current_setting('search_path'), '{Path}')
        """;

    /// <summary>
    /// While the guard is up, lets what is read be a view or a foreign table too, as far as the session lets it: for statements that make
    /// again what people made of them.
    /// </summary>
    public const string AllowViews =
        $"SELECT set_config('{Kinds}', current_setting('mued.kinds'), true) WHERE current_setting('{Kinds}', true) IS NOT NULL";

    /// <summary>Ends <see cref="AllowViews"/>.</summary>
    public const string ForbidViews =
        $"SELECT set_config('{Kinds}', '{TablesOnly}', true) WHERE current_setting('{Kinds}', true) IS NOT NULL";

    /// <summary>The schema in which the session creates unqualified names; public where its search path names none that exists.</summary>
    public const string Schema = "coalesce(nullif(current_setting('mued.schema'), ''), 'public')";

    /// <summary>The schemas of the session's search path, in order, those that are searched without being named included.</summary>
    public const string Schemas = "current_setting('mued.schemas')::name[]";

    /// <summary>The OID of the relation that a name means to the session; null where it means none.</summary>
    /// <param name="name">An expression for the name.</param>
    /// <param name="schemas">Where it is looked for, in order.</param>
    public static string Relation(string name, string schemas = Schemas) =>
        $"""
            (SELECT seen.oid FROM unnest({schemas}) WITH ORDINALITY AS path (name, place)
            JOIN pg_namespace AS ns ON ns.nspname = path.name
            JOIN pg_class AS seen ON seen.relnamespace = ns.oid AND seen.relname = {name}
            ORDER BY path.place LIMIT 1)
            """;
}
