namespace Mued.PsDb.Tests;

/// <summary>What is said before an undo of how long others would wait for it.</summary>
public class CopyTimeTests
{
    [Fact]
    public async Task The_time_of_a_copy_is_told_where_there_is_one()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_note.sql", "CREATE TABLE note (id int, text text);"),
            ("rollback_0001_note.sql", "DROP TABLE note;")
        );
        var options = new UndoOptions { Path = set.Path };
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        Assert.Null((await UndoRunner.PlanAsync(database.Settings, options)).Expected);
        await database.ExecuteAsync("INSERT INTO note SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 10000) AS i");
        Assert.True((await UndoRunner.PlanAsync(database.Settings, options)).Expected > TimeSpan.Zero);

        var rehearsal = await UndoRunner.RunAsync(database.Settings, options with { DryRun = true });
        Assert.NotNull(rehearsal.Expected);
        Assert.Contains(ReportDocument.From(rehearsal).Facts, fact => fact.Key == "Others would wait");
        Assert.Null((await UndoRunner.PlanAsync(database.Settings, options with { NoBackup = true })).Expected);
    }
}
