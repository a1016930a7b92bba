namespace Mued.PsDb.Tests;

/// <summary>A folder of so many files that what each of them needs beside its own statements is prepared on the server.</summary>
public class LargeFolderTests
{
    private const int Files = 700;
    private const int Forgetful = 600;

    private const string Kept = "(SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql)";

    [Fact]
    public async Task What_every_file_needs_is_prepared_until_a_file_makes_the_server_forget()
    {
        await using var database = await TestDatabase.CreateAsync();
        var kept = await MigrateAsync(database, database.Settings);
        Assert.Equal(0, kept[0]);
        Assert.All(kept[1..(Forgetful - 1)], count => Assert.True(count > 0));
        Assert.All(kept[(Forgetful - 1)..], count => Assert.Equal(0, count));
    }

    [PgBouncerFact]
    public async Task Nothing_is_prepared_in_the_session_of_a_pooler()
    {
        await using var pooler = await PgBouncerServer.StartAsync(poolSize: 1);
        await using var database = await TestDatabase.CreateAsync();
        Assert.All(await MigrateAsync(database, TestConnection.SettingsFor(pooler.UrlOf(database.Name))), count => Assert.Equal(0, count));
    }

    /// <summary>Migrates, every file once, and returns how many prepared statements each file has seen.</summary>
    private static async Task<List<long>> MigrateAsync(TestDatabase database, ConnectionSettings settings)
    {
        await database.ExecuteAsync("CREATE TABLE seen (file int, kept bigint)");
        using var set = new MigrationSet();
        for (var file = 1; file <= Files; file++)
            set.Write($"{file:0000}_file.sql", $"INSERT INTO seen SELECT {file}, {Kept};" + (file == Forgetful ? "DEALLOCATE ALL;" : ""));
        var report = await MigrationRunner.RunAsync(settings, set.Options);
        Assert.Null(report.Error);
        Assert.Equal(Files, report.Migrations.Count(migration => migration.Status == MigrationStatus.Applied));
        Assert.Equal(Enumerable.Range(1, Files), await database.ColumnAsync<int>("SELECT file FROM seen ORDER BY file"));
        return [.. await database.ColumnAsync<long>("SELECT kept FROM seen ORDER BY file")];
    }
}
