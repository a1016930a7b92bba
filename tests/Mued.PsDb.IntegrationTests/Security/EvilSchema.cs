using System.Text.RegularExpressions;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>
/// A schema that is searched before pg_catalog and shadows every function, operator, type and catalog that some SQL names. Whatever of
/// it is used counts up a sequence, which no rollback takes back.
/// </summary>
internal static partial class EvilSchema
{
    private const string MakeSql = """
        CREATE SCHEMA evil;
        CREATE SEQUENCE evil.hits;
        CREATE FUNCTION evil.trap() RETURNS pg_catalog.bool LANGUAGE plpgsql AS $f$
            BEGIN PERFORM pg_catalog.nextval('evil.hits'); RETURN true; END $f$;
        CREATE TABLE evil.made (what text);
        DO $mued$
        DECLARE
            words text[] := string_to_array(current_setting('test.words'), ' ');
            signs text[] := string_to_array(current_setting('test.signs'), ' ');
            body text := 'BEGIN PERFORM pg_catalog.nextval(''evil.hits''); RETURN';
            f record;
        BEGIN
            FOR f IN
                SELECT p.proname, p.proretset, format_type(p.prorettype, NULL) AS result,
                    replace(oidvectortypes(p.proargtypes), '"any"', 'anyelement') AS arguments
                FROM pg_proc AS p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY (words)
            LOOP
                BEGIN
                    EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS %L', f.proname, f.arguments,
                        CASE WHEN f.proretset THEN 'SETOF' END, f.result, body || CASE WHEN f.proretset THEN '' ELSE ' NULL' END || '; END');
                    INSERT INTO evil.made VALUES ('function');
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
            FOR f IN
                SELECT o.oid, o.oprname, format_type(o.oprresult, NULL) AS result,
                    CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END AS l, format_type(o.oprright, NULL) AS r
                FROM pg_operator AS o WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprname = ANY (signs)
            LOOP
                BEGIN
                    EXECUTE format('CREATE FUNCTION evil.operator_%s(%s) RETURNS %s LANGUAGE plpgsql AS %L', f.oid, concat_ws(', ', f.l, f.r),
                        f.result, body || ' NULL; END');
                    EXECUTE format('CREATE OPERATOR evil.%s (FUNCTION = evil.operator_%s, RIGHTARG = %s%s)', f.oprname, f.oid, f.r, ', LEFTARG = ' || f.l);
                    INSERT INTO evil.made VALUES ('operator');
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
            FOR f IN
                SELECT t.typname FROM pg_type AS t
                WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype = 'b' AND t.typname = ANY (words)
            LOOP
                BEGIN
                    EXECUTE format('CREATE DOMAIN evil.%I AS pg_catalog.%I CHECK (evil.trap())', f.typname, f.typname);
                    INSERT INTO evil.made VALUES ('type');
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
            FOR f IN
                SELECT c.relname FROM pg_class AS c
                WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname = ANY (words)
            LOOP
                BEGIN
                    EXECUTE format('CREATE VIEW evil.%I AS SELECT * FROM pg_catalog.%I WHERE evil.trap()', f.relname, f.relname);
                    INSERT INTO evil.made VALUES ('catalog');
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
            EXECUTE format('ALTER DATABASE %I SET search_path = evil, pg_catalog', current_database());
        END
        $mued$;
        """;

    /// <summary>Makes it. Returns how much of each kind was made.</summary>
    /// <param name="database">The database; every session from now on searches the schema first.</param>
    /// <param name="sql">The SQL that it is for.</param>
    public static async Task<IReadOnlyDictionary<string, long>> MakeAsync(TestDatabase database, string sql)
    {
        var words = string.Join(' ', Words().Matches(sql).Select(word => word.Value.ToLowerInvariant()).Distinct());
        var signs = string.Join(' ', Signs().Matches(sql).Select(sign => sign.Value).Distinct());
        await using var connection = await database.OpenAsync();
        await using (
            var settings = new NpgsqlCommand("SELECT set_config('test.words', $1, false), set_config('test.signs', $2, false)", connection)
        )
        {
            settings.Parameters.Add(new() { Value = words });
            settings.Parameters.Add(new() { Value = signs });
            await settings.ExecuteNonQueryAsync();
        }

        await using (var make = new NpgsqlCommand(MakeSql, connection))
            await make.ExecuteNonQueryAsync();
        var made = new Dictionary<string, long>();
        await using var count = new NpgsqlCommand("SELECT what, count(*) FROM evil.made GROUP BY what", connection);
        await using var reader = await count.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            made.Add(reader.GetString(0), reader.GetInt64(1));
        return made;
    }

    /// <summary>Whether anything of it was used.</summary>
    public static Task<bool> WasUsedAsync(TestDatabase database) => database.ScalarAsync<bool>("SELECT is_called FROM evil.hits");

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Words();

    [GeneratedRegex("[-+*/<>=~!@#%^&|`?]+")]
    private static partial Regex Signs();
}
