using Mued.PsDb.Tests.Cli;

namespace Mued.PsDb.Tests;

/// <summary>MUED's own chain, from an empty database.</summary>
public class LmsChainTests
{
    [Fact]
    public async Task The_chain_of_the_LMS_runs_from_an_empty_database_with_one_command()
    {
        using var set = LmsChain.Write();
        Assert.Equal(25, Directory.GetFiles(set.Path, "*.sql").Length);
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE SCHEMA auth; CREATE FUNCTION auth.uid() RETURNS text RETURN 'me'");

        // The command of about_Mued.PsDb_Migrations.
        var run = await MigrateAsync(database, set, "--exclude", LmsChain.Withdrawn);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var report = CliReport.Of(run);
        Assert.Equal(21, Count(report, "Applied"));
        Assert.Equal(1, Count(report, "Skipped"));
        Assert.Equal(
            ["rollback_0006_add_rag_metrics.sql", "rollback_0010_sessions.sql", "rollback_0012_rag.sql"],
            report.GetProperty("rollbacks").EnumerateArray().Select(name => name.GetString())
        );
        Assert.Equal(BundledSql.ExpectedSchema, report.GetProperty("verification").GetProperty("expectation").GetString());
        Assert.Equal(0, report.GetProperty("verification").GetProperty("failed").GetInt32());

        await using var psql = await TestDatabase.CreateAsync();
        await psql.ExecuteAsync("CREATE SCHEMA auth; CREATE FUNCTION auth.uid() RETURNS text RETURN 'me'");
        IReadOnlyList<string> before12 = [];
        foreach (var file in Directory.GetFiles(set.Path, "0*.sql").Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(file).StartsWith("0012", StringComparison.Ordinal))
                before12 = [.. await psql.CatalogAsync()];
            if (Path.GetFileName(file) != LmsChain.Withdrawn)
                await psql.ExecuteAsync(await File.ReadAllTextAsync(file));
        }

        Assert.Equal(await psql.CatalogAsync(), (await database.CatalogAsync()).Where(NotOurs));
        run = await MigrateAsync(database, set, "--exclude", LmsChain.Withdrawn);
        Assert.Equal((0, "NothingToDo"), (run.ExitCode, CliReport.Of(run).GetProperty("status").GetString()));

        // The script of 0012 takes back those behind it too, which have none of their own.
        var undo = await UndoRunner.RunAsync(
            database.Settings,
            new()
            {
                Path = set.Path,
                Layout = MigrationLayout.Plain,
                NoBackup = true,
            }
        );
        Assert.True(undo.Error is null, $"{undo.Error}");
        Assert.Equal(7, undo.Units.Sum(unit => unit.Migrations.Count));
        Assert.Equal(before12, (await database.CatalogAsync()).Where(NotOurs));

        static bool NotOurs(string line) => !line.Contains("mued_schema_history", StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_at_the_first_statement_that_the_server_cannot_run()
    {
        using var set = LmsChain.Write();
        await using var database = await TestDatabase.CreateAsync();
        var withdrawn = await StopAsync("42601", LmsChain.Withdrawn, 1);
        Assert.Equal(9, withdrawn);
        var host = await StopAsync("3F000", LmsChain.NeedsHost, 3, "--exclude", LmsChain.Withdrawn);
        Assert.Equal(4, host);

        // As soon as the server can, it goes on where it stopped.
        await database.ExecuteAsync("CREATE SCHEMA auth; CREATE FUNCTION auth.uid() RETURNS text RETURN 'me'");
        var run = await MigrateAsync(database, set, "--exclude", LmsChain.Withdrawn);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(8, Count(CliReport.Of(run), "Applied"));

        async Task<int> StopAsync(string sqlState, string file, int line, params string[] more)
        {
            var stopped = await MigrateAsync(database, set, more);
            var error = CliReport.ErrorOf(stopped);
            Assert.Equal(
                (sqlState, set.FileOf(file), line),
                (error.GetProperty("sqlState").GetString(), error.GetProperty("file").GetString(), error.GetProperty("line").GetInt32())
            );
            return Count(CliReport.Of(stopped), "Applied");
        }
    }

    private static Task<CliResult> MigrateAsync(TestDatabase database, MigrationSet set, params string[] more) =>
        CliProcess.WaitAsync(CliProcess.Start(set.Path, null, ["migrate", "--url", database.Url, "--output", "json", .. more]));

    private static int Count(System.Text.Json.JsonElement report, string status) =>
        report.GetProperty("migrations").EnumerateArray().Count(migration => migration.GetProperty("status").GetString() == status);
}
