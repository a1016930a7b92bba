using Mued.PsDb.Schema;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>A database with an object of every kind, compared whole, with owners and privileges.</summary>
public sealed class KindTests(ITestOutputHelper output)
{
    private const string Everything = """
        CREATE SCHEMA s; COMMENT ON SCHEMA s IS 'a schema'; SET search_path = s, public;
        CREATE TABLE t (a integer PRIMARY KEY, b text, c integer NOT NULL, d text, UNIQUE (a, c));
        CREATE TABLE child (t integer REFERENCES t, x text);
        CREATE INDEX t_lower ON t ((a + c), lower(d));
        CREATE VIEW v AS SELECT a FROM t; CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
        CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('x', 'y'); CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TYPE pair AS (x integer, y integer);
        CREATE COLLATION libc (provider = libc, locale = 'C'); COMMENT ON COLLATION libc IS 'a collation';
        CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE TYPE ranges AS RANGE (subtype = double precision, subtype_diff = float8mi);
        CREATE TYPE base; CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
        CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
        CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = integer);
        CREATE FUNCTION pair_of(text) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT NULL::s.pair';
        CREATE FUNCTION eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
        CREATE FUNCTION lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
        CREATE FUNCTION cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
        CREATE FUNCTION cmp(text, text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
        CREATE PROCEDURE p(integer) LANGUAGE sql AS 'SELECT 1';
        CREATE CAST (text AS pair) WITH FUNCTION pair_of(text) AS ASSIGNMENT;
        CREATE OPERATOR == (FUNCTION = eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ==);
        CREATE OPERATOR << (FUNCTION = lt, LEFTARG = pair, RIGHTARG = pair);
        CREATE OPERATOR FAMILY fam USING btree;
        CREATE OPERATOR CLASS ops FOR TYPE pair USING btree FAMILY fam AS OPERATOR 1 <<, OPERATOR 3 ==, FUNCTION 1 cmp(pair, pair);
        CREATE TEXT SEARCH TEMPLATE tmpl (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
        CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = pg_catalog.simple);
        CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = pg_catalog."default");
        ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR asciiword, word WITH dict, pg_catalog.simple;
        CREATE STATISTICS st (ndistinct) ON a, c FROM t;
        CREATE FUNCTION evt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION evt();
        CREATE FOREIGN DATA WRAPPER w OPTIONS (api_token 'canary'); CREATE SERVER srv FOREIGN DATA WRAPPER w OPTIONS (host 'h', password 'canary');
        CREATE USER MAPPING FOR PUBLIC SERVER srv OPTIONS (user 'u', password 'canary');
        CREATE FOREIGN TABLE ft (a integer OPTIONS (credentials 'canary')) SERVER srv OPTIONS (table_name 'y', access_key 'canary');
        CREATE PUBLICATION pub FOR TABLE t; CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert');
        CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
        CREATE TRUSTED LANGUAGE pl2 HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
        CREATE FUNCTION of_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'int4in';
        CREATE TRANSFORM FOR pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION of_sql(internal));
        CREATE AGGREGATE total (integer) (SFUNC = int4pl, STYPE = integer, COMBINEFUNC = int4pl, PARALLEL = SAFE);
        GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION; GRANT UPDATE (b) ON t TO pg_monitor; GRANT USAGE ON SCHEMA s TO pg_monitor;
        ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO pg_monitor; ALTER TABLE child OWNER TO pg_monitor;
        """;

    /// <summary>What is done, and the check that must tell of it; a mutation that several checks tell of names the one of its kind.</summary>
    private static readonly (string Sql, string Kind, string Name)[] Mutations =
    [
        ("ALTER TABLE s.t OWNER TO pg_monitor", "table owner", "s.t"),
        ("ALTER VIEW s.v OWNER TO pg_monitor", "view owner", "s.v"),
        ("ALTER FUNCTION s.eq(s.pair, s.pair) OWNER TO pg_monitor", "function owner", "s.eq(s.pair,s.pair)"),
        ("ALTER SCHEMA s OWNER TO pg_monitor", "schema owner", "s"),
        ("ALTER TYPE s.e OWNER TO pg_monitor", "type owner", "s.e"),
        ("ALTER SEQUENCE s.q OWNER TO pg_monitor", "sequence owner", "s.q"),
        ("ALTER COLLATION s.libc OWNER TO pg_monitor", "collation owner", "s.libc"),
        ("ALTER TEXT SEARCH CONFIGURATION s.cfg OWNER TO pg_monitor", "text search configuration owner", "s.cfg"),
        ("ALTER STATISTICS s.st OWNER TO pg_monitor", "statistics object owner", "s.st"),
        ("ALTER SERVER srv OWNER TO pg_monitor", "server owner", "srv"),
        ("REVOKE SELECT ON s.t FROM pg_monitor", "privileges", "table s.t to pg_monitor"),
        ("REVOKE GRANT OPTION FOR SELECT ON s.t FROM pg_monitor", "privileges", "table s.t to pg_monitor"),
        ("GRANT DELETE ON s.t TO pg_monitor", "privileges", "table s.t to pg_monitor"),
        ("GRANT SELECT ON s.child TO PUBLIC", "privileges", "table s.child to PUBLIC"),
        ("REVOKE UPDATE ON s.t FROM CURRENT_USER", "privileges", "table s.t to its owner"),
        ("REVOKE UPDATE (b) ON s.t FROM pg_monitor", "privileges", "table column s.t.b to pg_monitor"),
        ("GRANT SELECT (c) ON s.t TO PUBLIC", "privileges", "table column s.t.c to PUBLIC"),
        ("REVOKE EXECUTE ON FUNCTION s.evt() FROM PUBLIC", "privileges", "function s.evt() to PUBLIC"),
        ("GRANT CREATE ON SCHEMA s TO pg_monitor", "privileges", "schema s to pg_monitor"),
        ("REVOKE USAGE ON TYPE s.e FROM PUBLIC", "privileges", "type s.e to PUBLIC"),
        ("GRANT USAGE ON SEQUENCE s.q TO PUBLIC", "privileges", "sequence s.q to PUBLIC"),
        ("GRANT USAGE ON FOREIGN SERVER srv TO PUBLIC", "privileges", "server srv to PUBLIC"),
        ("GRANT USAGE ON LANGUAGE pl2 TO pg_monitor", "privileges", "language pl2 to pg_monitor"),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT INSERT ON TABLES TO pg_monitor",
            "privileges",
            "default acl for role {user} in schema s on tables to pg_monitor"
        ),
        (
            "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
            "privileges",
            "default acl for role {user} on functions to PUBLIC"
        ),
        ("REFRESH MATERIALIZED VIEW s.m WITH NO DATA", "materialized view", "s.m"),
        ("ALTER TABLE s.t REPLICA IDENTITY FULL", "table", "s.t"),
        ("ALTER TABLE s.t REPLICA IDENTITY USING INDEX t_a_c_key", "table", "s.t"),
        ("ALTER TABLE s.t CLUSTER ON t_pkey", "table", "s.t"),
        ("ALTER TABLE s.t SET (toast.autovacuum_enabled = off)", "table", "s.t"),
        ("CREATE TYPE s.of_type AS (t integer, x text); ALTER TABLE s.child OF s.of_type", "table", "s.child"),
        ("ALTER TABLE s.child SET ACCESS METHOD heap2", "table", "s.child"),
        ("ALTER TABLE s.t ALTER b SET STORAGE EXTERNAL", "column", "s.t.b"),
        ("ALTER TABLE s.t ALTER b SET COMPRESSION pglz", "column", "s.t.b"),
        ("ALTER TABLE s.t ALTER c SET STATISTICS 50", "column", "s.t.c"),
        ("ALTER TABLE s.t ALTER c SET (n_distinct = -0.5)", "column", "s.t.c"),
        ("ALTER FOREIGN TABLE s.ft ALTER a OPTIONS (column_name 'z')", "column", "s.ft.a"),
        ("ALTER FOREIGN TABLE s.ft OPTIONS (SET table_name 'z')", "table", "s.ft"),
        ("ALTER INDEX s.t_lower ALTER COLUMN 1 SET STATISTICS 50", "index", "s.t_lower"),
        ("ALTER INDEX s.t_pkey SET (fillfactor = 50)", "primary key", "s.t.t_pkey"),
        ("ALTER TABLE s.child DISABLE TRIGGER ALL", "foreign key", "s.child.child_t_fkey"),
        (
            "CREATE OR REPLACE AGGREGATE s.total (integer) (SFUNC = int4pl, STYPE = integer, COMBINEFUNC = int4pl)",
            "function",
            "s.total(integer)"
        ),
        (
            "CREATE OR REPLACE AGGREGATE s.total (integer) (SFUNC = int4pl, STYPE = integer, PARALLEL = SAFE)",
            "function",
            "s.total(integer)"
        ),
        ("DROP FUNCTION s.cmp(text, text)", "function", "s.cmp(text, text)"),
        ("DROP PROCEDURE s.p(integer)", "function", "s.p(IN integer)"),
        ("DROP PUBLICATION pub", "publication", "pub"),
        ("ALTER PUBLICATION pub ADD TABLE s.child", "publication", "pub"),
        ("ALTER PUBLICATION pub SET TABLE s.t (a, b)", "publication", "pub"),
        ("ALTER PUBLICATION pub SET TABLE s.t WHERE (a > 5)", "publication", "pub"),
        ("ALTER PUBLICATION pub ADD TABLES IN SCHEMA public", "publication", "pub"),
        ("ALTER PUBLICATION pub SET (publish = 'insert')", "publication", "pub"),
        ("ALTER PUBLICATION pub SET (publish_via_partition_root = true)", "publication", "pub"),
        ("CREATE SUBSCRIPTION sub CONNECTION 'host=x password=canary' PUBLICATION a WITH (connect = false)", "subscription", "sub"),
        ("DROP EVENT TRIGGER et", "event trigger", "et"),
        ("ALTER EVENT TRIGGER et DISABLE", "event trigger", "et"),
        ("DROP CAST (text AS s.pair)", "cast", "(text AS s.pair)"),
        ("DROP CAST (text AS s.pair); CREATE CAST (text AS s.pair) WITH FUNCTION s.pair_of(text) AS IMPLICIT", "cast", "(text AS s.pair)"),
        ("ALTER OPERATOR s.== (s.pair, s.pair) SET (RESTRICT = eqsel)", "operator", "s.== (s.pair, s.pair)"),
        ("DROP OPERATOR CLASS s.ops USING btree", "operator class", "s.ops USING btree"),
        (
            "ALTER OPERATOR FAMILY s.fam USING btree ADD FUNCTION 2 (s.pair, s.pair) btint4sortsupport(internal)",
            "operator family",
            "s.fam USING btree"
        ),
        ("ALTER TEXT SEARCH CONFIGURATION s.cfg DROP MAPPING FOR word", "text search configuration", "s.cfg"),
        ("ALTER TEXT SEARCH CONFIGURATION s.cfg ALTER MAPPING FOR word WITH pg_catalog.simple", "text search configuration", "s.cfg"),
        ("ALTER TEXT SEARCH DICTIONARY s.dict (accept = false)", "text search dictionary", "s.dict"),
        ("DROP TEXT SEARCH TEMPLATE s.tmpl", "text search template", "s.tmpl"),
        ("DROP TEXT SEARCH PARSER s.prs", "text search parser", "s.prs"),
        ("DROP COLLATION s.libc; CREATE COLLATION s.libc (provider = libc, locale = 'POSIX')", "collation", "s.libc"),
        ("COMMENT ON COLLATION s.libc IS NULL", "collation comment", "s.libc"),
        ("COMMENT ON SCHEMA s IS 'another'", "schema comment", "s"),
        ("CREATE SCHEMA other", "schema", "other"),
        ("DROP CONVERSION s.conv", "conversion", "s.conv"),
        ("DROP TYPE s.ranges; CREATE TYPE s.ranges AS RANGE (subtype = double precision)", "range type", "s.ranges"),
        ("ALTER TYPE s.base SET (STORAGE = plain, RECEIVE = NONE, ANALYZE = array_typanalyze)", "type", "s.base"),
        ("DROP STATISTICS s.st", "statistics", "s.st"),
        ("ALTER STATISTICS s.st SET STATISTICS 20", "statistics", "s.st"),
        ("DROP TRANSFORM FOR s.pair LANGUAGE plpgsql", "transform", "FOR s.pair LANGUAGE plpgsql"),
        ("DROP LANGUAGE pl2", "language", "pl2"),
        ("DROP ACCESS METHOD heap2", "access method", "heap2"),
        ("ALTER FOREIGN DATA WRAPPER w OPTIONS (debug 'on')", "foreign data wrapper", "w"),
        ("ALTER SERVER srv OPTIONS (SET host 'other')", "server", "srv"),
        ("ALTER SERVER srv VERSION '2'", "server", "srv"),
        ("DROP USER MAPPING FOR PUBLIC SERVER srv", "user mapping", "FOR PUBLIC SERVER srv"),
        ("CREATE EXTENSION pgcrypto", "extension", "pgcrypto"),
        ("ALTER ROLE ALL IN DATABASE {database} SET work_mem = '5MB'", "setting", "ALL work_mem"),
        ("COMMENT ON DATABASE {database} IS 'tested'", "database", "comment"),
        ("COMMENT ON CONSTRAINT d_check ON DOMAIN s.d IS 'a comment'", "domain", "s.d"),
        ("ALTER DOMAIN s.d DROP CONSTRAINT d_check; ALTER DOMAIN s.d SET NOT NULL; ALTER DOMAIN s.d SET DEFAULT 5", "domain", "s.d"),
        ("ALTER DATABASE {database} OWNER TO pg_monitor", "database owner", ""),
        ("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC", "privileges", "database to PUBLIC"),
        ("REVOKE ALL ON s.child FROM CURRENT_USER, pg_monitor", "privileges", "table s.child to its owner"),
    ];

    [Fact]
    public async Task Every_change_of_every_kind_is_told_by_its_own_check()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Everything);
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET app.jwt_secret = 'canary'");
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        Assert.DoesNotContain("canary", expected.ToJson(), StringComparison.Ordinal);
        await using var connection = await database.OpenAsync();
        var same = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
        Assert.All(same.Checks, check => Assert.Equal((check.Name, CheckStatus.Passed), (check.Name, check.Status)));

        var user = await database.ScalarAsync<string>("SELECT quote_ident(current_user)");
        var problems = new List<string>();
        foreach (var (template, kind, pattern) in Mutations)
        {
            var sql = template.Replace("{database}", database.Name, StringComparison.Ordinal);
            var name = pattern.Replace("{user}", user, StringComparison.Ordinal);
            await ExecuteAsync(connection, "BEGIN");
            try
            {
                await ExecuteAsync(connection, sql);
                var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
                var told = report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}").ToList();
                if (!told.Contains($"{kind} {name}"))
                    problems.Add($"{sql}: told [{string.Join("; ", told)}] instead of {kind} {name}");
                problems.AddRange(await NotMendedAsync(connection, expected, report.Checks, sql));
            }
            catch (PostgresException e)
            {
                problems.Add($"{sql}: {e.MessageText}");
            }

            await ExecuteAsync(connection, "ROLLBACK");
        }

        output.WriteLine(
            $"{expected.Objects.Count} objects, {same.Checks.Count} checks, {Mutations.Length} mutations, {problems.Count} problems"
        );
        Assert.Equal([], problems);
    }

    [Theory, Major(14), Major(15), Major(16), Major(17), Major(18)]
    public async Task Every_catalog_of_the_server_is_compared_or_in_the_list_of_what_is_not(int major)
    {
        await using var database = await TestDatabase.CreateAsync(await TestServer.ForMajorAsync(major));
        var catalogs = await database.ColumnAsync<string>(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'"
        );
        var read = string.Join(' ', CatalogQueries.All.Select(query => query.Sql))
            .Split([' ', '(', ')', ',', '\'', '\n', '.', ':'])
            .ToHashSet();

        Assert.Equal([], catalogs.Where(catalog => !read.Contains(catalog) && !NotCompared.Catalogs.ContainsKey(catalog)).Order());

        // Everything but what a server of this version has is read; the texts are the same for all.
        await database.ExecuteAsync("CREATE TABLE public.t (id integer)");
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        await using var connection = await database.OpenAsync();
        Assert.True((await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default)).Passed);
    }

    /// <summary>What the server grants by itself is expected though no file holds it.</summary>
    [Theory]
    [InlineData("REVOKE EXECUTE ON FUNCTION s.f() FROM PUBLIC", "function s.f() to PUBLIC")]
    [InlineData("REVOKE USAGE ON TYPE s.e FROM PUBLIC", "type s.e to PUBLIC")]
    [InlineData("REVOKE UPDATE ON s.t FROM CURRENT_USER", "table s.t to its owner")]
    [InlineData("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC", "database to PUBLIC")]
    [InlineData("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC", "default acl for role {user} on functions to PUBLIC")]
    [InlineData("REVOKE ALL ON s.t FROM pg_monitor", "table s.t to pg_monitor")]
    [InlineData("CREATE FUNCTION s.g() RETURNS void LANGUAGE sql AS ''; REVOKE EXECUTE ON FUNCTION s.g() FROM PUBLIC", null)]
    [InlineData("GRANT SELECT ON s.t TO PUBLIC", null)]
    public async Task A_privilege_that_was_taken_away_fails_without_strict(string sql, string? told)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "CREATE SCHEMA s CREATE TABLE t (a integer); CREATE TYPE s.e AS ENUM ('x'); CREATE FUNCTION s.f() RETURNS void LANGUAGE sql AS '';"
                + "GRANT ALL ON s.t TO pg_monitor"
        );
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        Assert.Contains(expected.Privileges, item => item is { Role: "pg_monitor", Privileges: ["ALL"] });
        await database.ExecuteAsync(sql.Replace("{database}", database.Name, StringComparison.Ordinal));
        var user = await database.ScalarAsync<string>("SELECT quote_ident(current_user)");
        await using var connection = await database.OpenAsync();

        var report = await SchemaTest.RunAsync(connection, expected, new(), default);

        Assert.Equal(
            told is null ? [] : ["privileges " + told.Replace("{user}", user, StringComparison.Ordinal)],
            report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}")
        );
        Assert.Equal([], await NotMendedAsync(connection, expected, report.Checks, sql));
    }

    [Theory]
    [InlineData("DROP TABLE s.t CASCADE", "table s.t", 11)]
    [InlineData("DROP VIEW s.v", "view s.v", 3)]
    [InlineData("DROP SCHEMA s CASCADE", "schema s", 20)]
    [InlineData("DROP FUNCTION s.f(integer)", "function s.f(a integer)", 2)]
    [InlineData("CREATE TABLE s.more (a serial PRIMARY KEY); GRANT SELECT ON s.more TO PUBLIC", "table s.more", 2)]
    public async Task What_hangs_on_something_is_one_failure_with_it(string sql, string cause, int consequences)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE SCHEMA s; CREATE TABLE s.t (a serial PRIMARY KEY, b integer); CREATE INDEX ON s.t (b); CREATE STATISTICS s.st ON a, b FROM s.t;
            GRANT SELECT ON s.t TO pg_monitor; GRANT UPDATE (b) ON s.t TO pg_monitor; COMMENT ON COLUMN s.t.b IS 'b';
            CREATE VIEW s.v AS SELECT 1 AS x; GRANT SELECT ON s.v TO pg_monitor; CREATE FUNCTION s.f(a integer) RETURNS void LANGUAGE sql AS '';
            REVOKE EXECUTE ON FUNCTION s.f(integer) FROM PUBLIC
            """
        );
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        await database.ExecuteAsync(sql);
        await using var connection = await database.OpenAsync();

        var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);

        Assert.Equal([cause], report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}"));
        var hanging = report.Checks.Where(check => check is { Status: not CheckStatus.Passed, Failed: false }).ToList();
        Assert.All(hanging, check => Assert.Equal(cause, check.Cause));
        Assert.InRange(hanging.Count, consequences, 2 * consequences);
        Assert.Equal(1, report.Failed);
    }

    [Theory, Major(14), Major(15), Major(16), Major(17), Major(18)]
    public async Task Subscriptions_are_compared_with_all_their_options(int major)
    {
        await using var database = await TestDatabase.CreateAsync(await TestServer.ForMajorAsync(major));
        foreach (
            var (since, option) in new[]
            {
                (14, "binary = true"),
                (15, "two_phase = true"),
                (15, "disable_on_error = true"),
                (16, "origin = none"),
                (16, "run_as_owner = true"),
                (16, "password_required = false"),
                (17, "failover = true"),
            }
        )
        {
            if (major < since)
                continue;
            var create = "CREATE SUBSCRIPTION sub CONNECTION 'host=x password=canary' PUBLICATION a WITH (connect = false";
            await database.ExecuteAsync($"{create})");
            var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
            const string drop = "ALTER SUBSCRIPTION sub SET (slot_name = NONE); DROP SUBSCRIPTION sub";
            await database.ExecuteAsync($"{drop}; {create}, {option})");
            await using var connection = await database.OpenAsync();
            var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
            await database.ExecuteAsync(drop);

            var check = Assert.Single(report.Checks, check => check.Failed);
            Assert.Equal(("subscription", "sub"), (check.Kind, check.Name));
            Assert.Contains(option, check.Actual, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_rights_everything_is_compared_all_the_same()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Everything);
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        await using var connection = await database.OpenAsync();
        await ExecuteAsync(connection, "SET ROLE pg_read_server_files");

        var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);

        Assert.Equal([], report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}"));
    }

    [Fact]
    public async Task A_file_of_format_1_is_compared_as_far_as_it_goes()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Everything);
        var file = (await SchemaExport.RunAsync(database.Settings, new() { Schemas = ["s"] })) with { FormatVersion = 1 };
        var older = file.As(1);
        await database.ExecuteAsync(
            "ALTER TABLE s.t REPLICA IDENTITY FULL; ALTER TABLE s.t ALTER b SET STORAGE EXTERNAL; CREATE COLLATION s.c (locale = 'C'); DROP STATISTICS s.st"
        );
        await using var connection = await database.OpenAsync();

        var report = await SchemaTest.RunAsync(connection, older, new() { Strict = true }, default);

        Assert.Equal([], report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}"));
    }

    [Fact]
    public async Task Roles_can_have_another_name()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE public.t (id integer); ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON public.t TO pg_monitor;
            GRANT SELECT ON public.t TO pg_monitor; CREATE VIEW public.v AS SELECT 1 AS x; ALTER VIEW public.v OWNER TO pg_monitor;
            ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
            CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR pg_monitor SERVER srv;
            """
        );
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        await database.ExecuteAsync(
            """
            DROP POLICY p ON public.t; CREATE POLICY p ON public.t TO pg_read_all_stats; REVOKE SELECT ON public.t FROM pg_monitor;
            GRANT SELECT ON public.t TO pg_read_all_stats; ALTER VIEW public.v OWNER TO pg_read_all_stats;
            ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC;
            ALTER DEFAULT PRIVILEGES FOR ROLE pg_read_all_stats IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
            DROP USER MAPPING FOR pg_monitor SERVER srv; CREATE USER MAPPING FOR pg_read_all_stats SERVER srv;
            """
        );
        await using var connection = await database.OpenAsync();

        var plain = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
        var mapped = await SchemaTest.RunAsync(
            connection,
            expected,
            new()
            {
                Strict = true,
                Roles = new Dictionary<string, string> { ["pg_monitor"] = "pg_read_all_stats" },
            },
            default
        );

        Assert.Equal(8, plain.Failed);
        Assert.Equal(0, mapped.Failed);
    }

    /// <summary>A statement that is suggested runs, and ends the difference.</summary>
    private static async Task<List<string>> NotMendedAsync(
        NpgsqlConnection connection,
        SchemaSnapshot expected,
        IReadOnlyList<SchemaCheck> checks,
        string mutation
    )
    {
        var suggestions = checks.Where(check => check.SuggestedSql is not null).ToList();
        foreach (var check in suggestions)
            await ExecuteAsync(connection, check.SuggestedSql!);
        if (suggestions.Count == 0)
            return [];
        var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
        var left = report.Checks.Where(check => check.Failed).Select(check => (check.Kind, check.Name)).ToHashSet();
        return
        [
            .. suggestions
                .Where(check => left.Contains((check.Kind, check.Name)))
                .Select(check => $"{mutation}: not mended by {check.SuggestedSql}"),
        ];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
