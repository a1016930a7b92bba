namespace Mued.PsDb.Tests;

/// <summary>What is said before an undo of how long others would wait for it.</summary>
public class CopyTimeTests
{
    private const int Few = 1_000;

    [Fact]
    public async Task A_copy_of_more_rows_is_expected_to_take_longer()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_note.sql", "CREATE TABLE note (id int, text text);"),
            ("rollback_0001_note.sql", "DROP TABLE note;")
        );
        var options = new UndoOptions { Path = set.Path };
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        Assert.Null((await UndoRunner.PlanAsync(database.Settings, options)).Expected);
        await FillAsync(Few);
        var few = await ShortestAsync();
        await FillAsync(99 * Few);
        Assert.True(3 * few < await ShortestAsync());

        var rehearsal = await UndoRunner.RunAsync(database.Settings, options with { DryRun = true });
        Assert.NotNull(rehearsal.Expected);
        Assert.Contains(ReportDocument.From(rehearsal).Facts, fact => fact.Key == "Others would wait");
        Assert.Null((await UndoRunner.PlanAsync(database.Settings, options with { NoBackup = true })).Expected);

        Task FillAsync(int rows) =>
            database.ExecuteAsync($"INSERT INTO note SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, {rows}) AS i");

        // A busy machine makes it longer, never shorter.
        async Task<TimeSpan> ShortestAsync()
        {
            var shortest = TimeSpan.MaxValue;
            for (var i = 0; i < 3; i++)
                shortest = TimeSpan.FromTicks(
                    Math.Min(shortest.Ticks, (await UndoRunner.PlanAsync(database.Settings, options)).Expected!.Value.Ticks)
                );
            return shortest;
        }
    }
}
