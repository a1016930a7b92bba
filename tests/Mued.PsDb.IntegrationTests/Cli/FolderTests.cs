namespace Mued.PsDb.Tests.Cli;

public sealed class FolderTests : IDisposable
{
    private readonly string here = Directory.CreateTempSubdirectory("mued-folder-").FullName;

    [Fact]
    public async Task A_bare_command_takes_the_folder_beside_it_and_its_report_begins_with_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        Write("0001_note.sql", "CREATE TABLE note (id int PRIMARY KEY);");
        Write("rollback_0001_note.sql", "DROP TABLE note;");
        foreach (
            var command in (string[][])
                [
                    ["test-connection"],
                    ["status"],
                    ["migrate"],
                    ["test-health"],
                    ["undo", "--force"],
                    ["migrate", "--dry-run"],
                ]
        )
        {
            var report = CliReport.Of(await RunAsync([.. command, "--url", database.Url, "--output", "json"]));
            Assert.Equal(Path.Combine(here, "migrations"), report.GetProperty("path").GetString());
            Assert.Equal("found in the current folder", report.GetProperty("pathReason").GetString());
        }

        var text = await RunAsync("status", "--url", database.Url);
        Assert.StartsWith("  Migrations: ", text.Output.Split('\n')[1], StringComparison.Ordinal);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 'plugin_registry'"));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("migrate", "--dry-run")]
    [InlineData("migrate", "--plan-only")]
    [InlineData("migrate", "--verbose")]
    public async Task Files_that_are_passed_over_are_listed(params string[] command)
    {
        await using var database = await TestDatabase.CreateAsync();
        Write("0001_note.sql", "CREATE TABLE note (id int PRIMARY KEY);");
        Write("notes.txt", "");
        var result = await RunAsync([.. command, "--url", database.Url]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Contains("Passed over: notes.txt", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Phase_2_is_taken_beside_it_when_it_is_asked_for()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        Write("0001_note.sql", "CREATE TABLE note (id int PRIMARY KEY);");
        foreach (var command in (string[])["test-connection", "migrate", "test-schema", "status"])
        {
            var result = await RunAsync(command, "--url", database.Url, "--phase2", "--output", "json");
            Assert.Equal((0, "as asked for"), (result.ExitCode, CliReport.Of(result).GetProperty("pathReason").GetString()));
        }

        var both = await RunAsync("migrate", "--url", database.Url, "--phase2", "--path", "migrations", "--output", "json");
        Assert.Equal("PathAndPhase2", CliReport.ErrorOf(both).GetProperty("errorId").GetString());
    }

    [Theory]
    [InlineData(null, "MigrationFolderEmpty")]
    [InlineData("0001_initial.py", "LayoutCode")]
    public async Task A_folder_beside_it_that_is_none_of_ours_stops_and_names_the_way_to_phase_2(string? file, string errorId)
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        Directory.CreateDirectory(Path.Combine(here, "migrations"));
        if (file is not null)
            Write(file, "");
        var error = CliReport.ErrorOf(await RunAsync("migrate", "--url", database.Url, "--output", "json"));
        Assert.Equal(errorId, error.GetProperty("errorId").GetString());
        Assert.Contains("--phase2", error.GetProperty("advice").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_file_above_says_what_is_not_given_and_an_option_wins()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE SCHEMA ops; CREATE TABLE tenant ()");
        Write("0001_note.sql", "CREATE TABLE note (id int PRIMARY KEY);");
        Directory.Move(Path.Combine(here, "migrations"), Path.Combine(here, "db"));
        var file = Path.Combine(here, "mued.json");
        await File.WriteAllTextAsync(
            file,
            """{ "path": "db", "historyTable": "ops.history", "requiredTables": ["tenant", "account"], "maxBlocking": "7s" }"""
        );
        var below = Directory.CreateDirectory(Path.Combine(here, "src")).FullName;

        var looked = CliReport.Of(await RunInAsync(below, "test-connection"));
        Assert.Equal(
            ["tenant", "account"],
            looked.GetProperty("baseTables").EnumerateArray().Select(table => table.GetProperty("name").GetString())
        );
        Assert.False(looked.GetProperty("success").GetBoolean());
        var refused = CliReport.Of(await RunInAsync(below, "migrate")).GetProperty("error");
        Assert.Equal("BaseTableMissing", refused.GetProperty("errorId").GetString());
        Assert.Contains("account", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('ops.history') IS NOT NULL"));
        await database.ExecuteAsync("CREATE TABLE account ()");
        var migrated = CliReport.Of(await RunInAsync(below, "migrate"));
        Assert.Equal((Path.Combine(here, "db"), $"named in {file}"), (Text(migrated, "path"), Text(migrated, "pathReason")));
        Assert.Equal(7000, migrated.GetProperty("harm").GetProperty("maxBlockingMs").GetDouble());
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM ops.history"));
        Assert.Equal("NothingToDo", Text(CliReport.Of(await RunInAsync(below, "migrate")), "status"));
        await File.WriteAllTextAsync(Path.Combine(here, "db", "0002_gone.sql"), "DROP TABLE account;");
        Assert.Equal("Succeeded", Text(CliReport.Of(await RunInAsync(below, "migrate")), "status"));
        await File.WriteAllTextAsync(Path.Combine(here, "db", "0003_next.sql"), "SELECT 1;");
        Assert.Equal("Succeeded", Text(CliReport.Of(await RunInAsync(below, "migrate")), "status"));

        var given = CliReport.Of(await RunInAsync(below, "status", "--history-table", "ops.other", "--path", "../db"));
        Assert.Equal((3, "as given"), (given.GetProperty("pending").GetInt32(), Text(given, "pathReason")));

        await File.WriteAllTextAsync(file, """{ "pth": "db" }""");
        Assert.Equal("ProjectKeyUnknown", Text(CliReport.ErrorOf(await RunInAsync(below, "migrate")), "errorId"));

        Task<CliResult> RunInAsync(string folder, params string[] arguments) =>
            CliProcess.WaitAsync(CliProcess.Start(folder, null, [.. arguments, "--url", database.Url, "--output", "json"]));

        static string? Text(System.Text.Json.JsonElement report, string name) => report.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_new_migration_is_written_beside_it()
    {
        var report = CliReport.Of(await RunAsync("new-migration", "add tenant", "--output", "json"));
        var files = report.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).ToList();
        Assert.Equal(
            ["0001_add_tenant.sql", "rollback_0001_add_tenant.sql"],
            files.Select(file => Path.GetRelativePath(Path.Combine(here, "migrations"), file))
        );
        Assert.All(files, file => Assert.True(File.Exists(file)));
        Assert.Equal(
            "MissingArgument",
            CliReport.ErrorOf(await RunAsync("new-migration", "--output", "json")).GetProperty("errorId").GetString()
        );
    }

    public void Dispose() => Directory.Delete(here, recursive: true);

    private Task<CliResult> RunAsync(params string[] arguments) => CliProcess.WaitAsync(CliProcess.Start(here, null, arguments));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(here, "migrations"));
        File.WriteAllText(Path.Combine(here, "migrations", name), text);
    }
}
