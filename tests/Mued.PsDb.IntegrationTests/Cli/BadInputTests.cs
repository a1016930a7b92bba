using System.Text.RegularExpressions;

namespace Mued.PsDb.Tests.Cli;

/// <summary>Wrong databases and wrong folders: a clear message, the documented exit code, and nothing changed.</summary>
public partial class BadInputTests
{
    [Fact]
    public async Task A_wrong_password_ends_3()
    {
        await using var database = await TestDatabase.CreateAsync();
        var url = new UriBuilder(database.Url) { Password = "canary-wrong" }
            .Uri
            .AbsoluteUri;
        var error = await FailAsync(3, "migrate", "--url", url);
        Assert.DoesNotContain("canary", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_ends_3() =>
        Assert.Contains(
            "no_such_database",
            await FailAsync(3, "migrate", "--url", (await TestServer.DefaultAsync()).UrlOf("no_such_database")),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_read_only_role_changes_nothing()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var role = database.Name + "_reader";
        await database.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'pw'; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
        );
        try
        {
            var url = database.Url.With(user: role, password: "pw");
            await UnchangedAsync(
                database,
                async () => Assert.Contains(role, await FailAsync(null, "migrate", "--url", url), StringComparison.Ordinal)
            );
            var test = await CliProcess.RunAsync("test-connection", "--url", url, "--output", "json");
            Assert.Equal(1, test.ExitCode);
            Assert.False(CliReport.Of(test).GetProperty("canCreate").GetBoolean());
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Missing_base_tables_are_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        await UnchangedAsync(
            database,
            async () => Assert.Contains("users", await FailAsync(null, "migrate", "--url", database.Url), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_users_key_of_another_type_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE materials (id uuid PRIMARY KEY)");
        await UnchangedAsync(
            database,
            async () => Assert.Contains("bigint", await FailAsync(null, "migrate", "--url", database.Url), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Orphans_that_stand_in_the_way_are_counted()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        Assert.Equal(0, (await CliProcess.RunAsync("migrate", "--url", database.Url, "--to", "0007")).ExitCode);
        await database.ExecuteAsync(
            """
            INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used)
            SELECT gen_random_uuid(), gen_random_uuid(), 'q', 'r', 'm' FROM generate_series(1, 3)
            """
        );
        await UnchangedAsync(
            database,
            async () => Assert.Contains("3", await FailAsync(4, "migrate", "--url", database.Url), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_missing_an_empty_and_a_versionless_folder_end_2()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var empty = new MigrationSet();
        using var versionless = new MigrationSet(("readme.sql", "SELECT 1;"));
        using var duplicates = new MigrationSet(("0001_a.sql", "SELECT 1;"), ("0001_b.sql", "SELECT 1;"));
        await UnchangedAsync(
            database,
            async () =>
            {
                await FailAsync(2, "migrate", "--url", database.Url, "--path", empty.FileOf("missing"));
                await FailAsync(2, "migrate", "--url", database.Url, "--path", empty.Path);
                Assert.Contains(
                    "readme.sql",
                    await FailAsync(2, "migrate", "--url", database.Url, "--path", versionless.Path),
                    StringComparison.Ordinal
                );
                var message = await FailAsync(2, "migrate", "--url", database.Url, "--path", duplicates.Path);
                Assert.Contains("0001_a", message, StringComparison.Ordinal);
                Assert.Contains("0001_b", message, StringComparison.Ordinal);
            }
        );
        Assert.Equal(
            0,
            (await CliProcess.RunAsync("migrate", "--url", database.Url, "--path", duplicates.Path, "--allow-duplicate-version")).ExitCode
        );
    }

    [Fact]
    public async Task Invalid_utf8_is_told_with_its_file()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet();
        await File.WriteAllBytesAsync(
            set.FileOf("0001_latin.sql"),
            "SELECT 'Gr\u00F6\u00DFe';"u8.ToArray().Select((b, i) => i == 10 ? (byte)0xFF : b).ToArray()
        );
        await UnchangedAsync(
            database,
            async () =>
                Assert.Contains(
                    "0001_latin.sql",
                    await FailAsync(2, "migrate", "--url", database.Url, "--path", set.Path),
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task A_syntax_error_in_the_second_file_names_its_place_and_leaves_the_first_applied()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = Broken();
        var result = await CliProcess.RunAsync("migrate", "--url", database.Url, "--path", set.Path, "--output", "json");
        Assert.Equal(4, result.ExitCode);
        var error = CliReport.ErrorOf(result);
        Assert.Equal(
            (set.FileOf("0002_bad.sql"), 2, 10, "42601"),
            (
                error.GetProperty("file").GetString(),
                error.GetProperty("line").GetInt32(),
                error.GetProperty("column").GetInt32(),
                error.GetProperty("sqlState").GetString()
            )
        );
        Assert.Contains($"{set.FileOf("0002_bad.sql")}:2:10", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["Applied", "Failed", "Pending"],
            CliReport.Of(result).GetProperty("migrations").EnumerateArray().Select(migration => migration.GetProperty("status").GetString())
        );
        Assert.Equal(["t1"], await database.ColumnAsync<string>("SELECT relname::text FROM pg_class WHERE relname ~ '^t[0-9]$'"));
    }

    internal static MigrationSet Broken() =>
        new(
            ("0001_first.sql", "CREATE TABLE t1 (id int);"),
            ("0002_bad.sql", "CREATE TABLE t2 (id int);\n  CREATE TABEL t3 (id int);"),
            ("0003_next.sql", "CREATE TABLE t4 (id int);")
        );

    // Every option that takes a value, read from the help, so that a new one is tried too.
    [Fact]
    public async Task An_empty_value_of_any_option_ends_2()
    {
        var tried = new HashSet<string>();
        foreach (
            var command in new[]
            {
                "migrate",
                "import-history",
                "status",
                "test-connection",
                "test-schema",
                "undo",
                "restore",
                "export-schema",
                "update-metrics",
            }
        )
        {
            var help = (await CliProcess.RunAsync(command, "--help")).Output;
            foreach (var option in ValueOption().Matches(help).Select(match => match.Groups[1].Value).Where(tried.Add))
            {
                var result = await CliProcess.RunAsync(command, option, "");
                Assert.Equal((option, 2), (option, result.ExitCode));
                Assert.Contains($"{option} was given an empty value", result.Error, StringComparison.Ordinal);
            }
        }

        Assert.Superset(new HashSet<string> { "--url", "--path", "--schema", "--backup-path", "--exclude", "--report" }, tried);
    }

    [Fact]
    public async Task An_option_in_the_place_of_a_value_is_a_value_that_is_missing() =>
        Assert.Contains(
            "--exclude needs a value",
            (await CliProcess.RunAsync("migrate", "--exclude", "--exclude", "*.sql")).Error,
            StringComparison.Ordinal
        );

    [GeneratedRegex(@"(?m)^\s*(--[a-z-]+) <")]
    private static partial Regex ValueOption();

    // The same command twice: for a person, and as JSON.
    private static async Task<string> FailAsync(int? exitCode, params string[] arguments)
    {
        var plain = await CliProcess.RunAsync(arguments);
        var json = await CliProcess.RunAsync([.. arguments, "--output", "json"]);
        Assert.NotEqual(0, json.ExitCode);
        Assert.Equal(exitCode ?? json.ExitCode, json.ExitCode);
        Assert.Equal(json.ExitCode, plain.ExitCode);
        CliReport.ErrorOf(json);
        return plain.Error;
    }

    private static async Task UnchangedAsync(TestDatabase database, Func<Task> action)
    {
        const string catalog =
            "SELECT relname::text || relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'mued_schema_history%' ORDER BY 1";
        var before = await database.ColumnAsync<string>(catalog);
        await action();
        Assert.Equal(before, await database.ColumnAsync<string>(catalog));
    }
}
