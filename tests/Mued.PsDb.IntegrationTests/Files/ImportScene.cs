using System.Security.Cryptography;
using Mued.PsDb.Files;
using Mued.PsDb.Importing;

namespace Mued.PsDb.Tests;

/// <summary>A folder of another tool and a database that it has worked on.</summary>
/// <param name="Database">The database.</param>
/// <param name="Set">The folder.</param>
/// <param name="Layout">Its convention.</param>
public sealed record ImportScene(TestDatabase Database, MigrationSet Set, MigrationLayout Layout) : IAsyncDisposable
{
    public ImportOptions Options => new() { Path = Set.Path, Layout = Layout };

    public static async Task<ImportScene> CreateAsync(MigrationLayout layout, string left, string tool, params (string, string)[] more)
    {
        var (set, database) = (new MigrationSet(more), await TestDatabase.CreateAsync());
        var scene = new ImportScene(database, set, layout);
        scene.Write(1, 2, 3);
        await database.ExecuteAsync($"{Up(1)} {Up(2)}");
        var files = MigrationFolder.Read(set.Path, [], allowDuplicateVersion: false, layout).Files;
        await database.ExecuteAsync(
            left.Replace("{1}", Checksum(0), StringComparison.Ordinal).Replace("{2}", Checksum(1), StringComparison.Ordinal)
        );
        return scene;

        string Checksum(int index)
        {
            var bytes = File.ReadAllBytes(files[index].Path);
            return tool switch
            {
                "sqlx" => Convert.ToHexString(SHA384.HashData(bytes)).ToLowerInvariant(),
                "Flyway" => new FlywayTool().ChecksumOf(files[index])!,
                _ => Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant(),
            };
        }
    }

    public void Write(params int[] versions)
    {
        foreach (var version in versions)
            LayoutFolder.Write(Set, Layout, version, Up(version), Down(version), outside: version == 3);
    }

    public async Task<string> TheirsAsync() =>
        await Database.ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(query_to_xml(format('TABLE %I.%I', schemaname, relname), true, true, '')::text, '' ORDER BY relname), '')
            FROM pg_stat_user_tables WHERE relname NOT IN ('t1', 't2', 't3', 'mued_schema_history')
            """
        );

    public async ValueTask DisposeAsync()
    {
        Set.Dispose();
        await Database.DisposeAsync();
    }

    // The third runs outside a transaction.
    public static string Up(int version) =>
        version == 3 ? "CREATE INDEX CONCURRENTLY t3 ON t2 (id);" : $"CREATE TABLE t{version} (id int);";

    public static string Down(int version) => version == 3 ? "DROP INDEX t3;" : $"DROP TABLE t{version};";

    /// <summary>With two versions applied there and one pending: their history is taken over, and all goes on here, and back.</summary>
    public async Task TakeOverAsync(string tool)
    {
        await using var psql = await TestDatabase.CopyAsync(Database);
        var theirs = await TheirsAsync();
        var options = new MigrationOptions { Path = Set.Path, Layout = Layout };
        foreach (
            var run in new Func<Task>[]
            {
                () => MigrationRunner.RunAsync(Database.Settings, options),
                () => MigrationPlanner.PreviewAsync(Database.Settings, options),
            }
        )
            Assert.Equal("HistoryElsewhere", (await Assert.ThrowsAsync<MuedException>(run)).ErrorId);

        var dry = await HistoryImport.RunAsync(Database.Settings, Options with { DryRun = true });
        Assert.Equal(RunStatus.DryRun, dry.Status);
        Assert.False(await Database.ScalarAsync<bool>("SELECT to_regclass('mued_schema_history') IS NOT NULL"));

        var reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => HistoryImport.RunAsync(Database.Settings, Options)));
        Assert.All(reports, report => Assert.True(report.Error is null, $"{report.Error}"));
        Assert.Single(reports, report => report.Status == RunStatus.Succeeded);
        Assert.All(reports, report => Assert.Equal((tool, ImportStatus.Pending), (report.Tool, report.Migrations[2].Status)));
        Assert.Equal(RunStatus.NothingToDo, (await HistoryImport.RunAsync(Database.Settings, Options)).Status);
        Assert.Equal(
            ["imported", "imported"],
            await Database.ColumnAsync<string>(
                "SELECT kind FROM mued_schema_history WHERE finished_at IS NOT NULL AND transaction_ids = '{}'"
            )
        );
        Assert.Equal(theirs, await TheirsAsync());

        var run2 = await MigrationRunner.RunAsync(Database.Settings, options);
        Assert.True(run2.Error is null, $"{run2.Error}");
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Skipped, MigrationStatus.Applied],
            run2.Migrations.Select(migration => migration.Status)
        );
        Assert.Equal(
            ["t1", "t2", "t3"],
            await Database.ColumnAsync<string>("SELECT relname::text FROM pg_class WHERE relname ~ '^t[0-9]$' ORDER BY 1")
        );
        await EqualsPsqlAsync(Up(3));

        // What was run here, and what the other tool ran, go back by the same down parts.
        foreach (var down in (string[])[Down(3), Down(2)])
        {
            var undo = await UndoRunner.RunAsync(
                Database.Settings,
                new()
                {
                    Path = Set.Path,
                    Layout = Layout,
                    NoBackup = true,
                }
            );
            Assert.True(undo.Error is null, $"{undo.Error}");
            await EqualsPsqlAsync(down);
        }

        Assert.Equal(theirs, await TheirsAsync());

        async Task EqualsPsqlAsync(string sql)
        {
            await psql.ExecuteAsync(sql);
            Assert.Equal(await psql.CatalogAsync(), (await Database.CatalogAsync()).Where(NotOurs));
        }

        static bool NotOurs(string line) => !line.Contains("mued_schema_history", StringComparison.Ordinal);
    }
}
