using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>A whole database, compared with owners and privileges.</summary>
public sealed class KindTests
{
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
        await database.ExecuteAsync(EveryKind.Sql(15));
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
        await database.ExecuteAsync(EveryKind.Sql(15));
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

    [Fact]
    public async Task The_settings_of_a_role_are_those_of_the_role_that_stands_for_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (old, renamed) = ($"Old {database.Name}", $"new {database.Name}");
        var (alter, set) = ($"IN DATABASE {database.Name}", "SET work_mem = '5MB'");
        await database.ExecuteAsync(
            $"""
            CREATE ROLE "{old}"; CREATE ROLE "{renamed}"; ALTER ROLE "{old}" {alter} {set}; ALTER ROLE ALL {alter} SET lock_timeout = '1s'
            """
        );
        try
        {
            var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
            await database.ExecuteAsync($"""ALTER ROLE "{old}" {alter} RESET ALL; ALTER ROLE "{renamed}" {alter} {set}""");
            await using var connection = await database.OpenAsync();
            var roles = new Dictionary<string, string> { [old] = renamed };

            Assert.Equal([$"setting \"{old}\" work_mem"], await FailuresAsync(false));
            Assert.Equal([], await FailuresAsync(true));
            await database.ExecuteAsync($"""ALTER ROLE "{renamed}" {alter} SET work_mem = '6MB'""");
            Assert.Equal([$"setting \"{renamed}\" work_mem"], await FailuresAsync(true));

            async Task<IEnumerable<string>> FailuresAsync(bool mapped)
            {
                var options = mapped ? new SchemaTestOptions { Roles = roles } : new();
                var report = await SchemaTest.RunAsync(connection, expected, options, default);
                return report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}");
            }
        }
        finally
        {
            await database.ExecuteAsync($"""DROP ROLE "{old}"; DROP ROLE "{renamed}" """);
        }
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
