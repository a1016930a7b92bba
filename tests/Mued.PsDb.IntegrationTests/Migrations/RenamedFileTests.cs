namespace Mued.PsDb.Tests;

/// <summary>An applied file that comes back under another name is the same migration.</summary>
public class RenamedFileTests
{
    private const string Recorded = "SELECT migration || ' was ' || coalesce(renamed_from, '-') FROM mued_schema_history ORDER BY id";

    [Theory]
    [InlineData("CREATE TABLE a (id int);")]
    [InlineData("-- mued: transaction=none\nCREATE TABLE a (id int);")]
    public async Task A_rename_is_told_and_recorded_and_nothing_runs_again(string sql)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", sql), ("0002_b.sql", "CREATE TABLE b (id int);"));
        Assert.Null((await RunAsync(database, set)).Error);
        File.Move(set.FileOf("0001_a.sql"), set.FileOf("0001_accounts.sql"));

        var listed = await MigrationRunner.GetStatusAsync(database.Settings, set.Options);
        Assert.Equal(
            [("0001_accounts", MigrationState.Applied), ("0002_b", MigrationState.Applied)],
            listed.Migrations.Select(migration => (migration.Name, migration.State))
        );
        Assert.Contains("0001_a,", listed.Migrations[0].Remark, StringComparison.Ordinal);
        var dry = await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = true });
        Assert.Null(dry.Error);
        Assert.Equal(["0001_a was -", "0002_b was -"], await database.ColumnAsync<string>(Recorded));

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(database, set)));
        Assert.All(reports, report => Assert.True(report.Error is null, $"{report.Error}"));
        Assert.All(reports, report => Assert.Equal(MigrationStatus.Skipped, report.Migrations[0].Status));
        Assert.Contains(
            reports,
            report => report.Status == RunStatus.Succeeded && report.Migrations[0].Reason!.Contains("0001_a,", StringComparison.Ordinal)
        );
        Assert.All(reports, report => Assert.Empty(report.Missing));
        Assert.Equal(["0001_accounts was 0001_a", "0002_b was -"], await database.ColumnAsync<string>(Recorded));
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set)).Status);
    }

    [Fact]
    public async Task An_interrupted_one_goes_on_under_its_new_name()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1)");
        using var set = new MigrationSet(
            ("0001_i.sql", "-- mued: transaction=none\nCREATE TABLE once (id int);\nCREATE UNIQUE INDEX CONCURRENTLY i ON a (id);")
        );
        Assert.Equal("23505", (await RunAsync(database, set)).Error!.SqlState);
        await database.ExecuteAsync("TRUNCATE a");
        File.Move(set.FileOf("0001_i.sql"), set.FileOf("0001_index.sql"));
        var report = await RunAsync(database, set);
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(MigrationStatus.Applied, report.Migrations[0].Status);
        Assert.Equal(["0001_index was 0001_i"], await database.ColumnAsync<string>(Recorded));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renamed_one_is_taken_back_by_its_own_script(bool recorded)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("1_a.up.sql", "CREATE TABLE a (id int);"), ("1_a.down.sql", "DROP TABLE a;"));
        Assert.Null((await RunAsync(database, set)).Error);
        File.Move(set.FileOf("1_a.up.sql"), set.FileOf("1_accounts.up.sql"));
        File.Move(set.FileOf("1_a.down.sql"), set.FileOf("1_accounts.down.sql"));
        if (recorded)
            Assert.Null((await RunAsync(database, set)).Error);
        var report = await UndoRunner.RunAsync(database.Settings, new() { Path = set.Path });
        Assert.Equal(RunStatus.Succeeded, report.Status);
        Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('a') IS NOT NULL"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE undone_at IS NULL"));
    }

    private static Task<MigrationReport> RunAsync(TestDatabase database, MigrationSet set) =>
        MigrationRunner.RunAsync(database.Settings, set.Options);
}
