namespace Mued.PsDb.Tests;

/// <summary>A backup in the folder FormatOne, which version 0.1.0 wrote: rows of a table and of a column, and nothing else.</summary>
public class FormatOneTests
{
    [Fact]
    public async Task A_backup_of_format_1_is_restored_and_its_sequences_go_on_behind_the_rows()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id serial PRIMARY KEY, v text, n numeric(10, 4)); ALTER TABLE users ADD COLUMN nickname text;")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync(
            "INSERT INTO users (id, clerk_id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'c1', 'e')"
        );
        await scene.MigrateAsync();
        var options = new RestoreOptions
        {
            Path = Path.Combine(AppContext.BaseDirectory, "Restore", "FormatOne"),
            AllowOtherDatabase = true,
        };
        foreach (var loaded in new[] { 4, 0 })
        {
            var report = await BackupRestorer.RunAsync(scene.Settings, options);
            Assert.Null(report.Error);
            Assert.Equal((loaded, 0), (report.Loaded, report.Sequences.Count));
            Assert.Equal("nick", await scene.Database.ScalarAsync<string>("SELECT nickname FROM users"));
            Assert.Equal(
                "1 a 1.5000|2 tab\t|3 2.0001",
                await scene.Database.ScalarAsync<string>("SELECT string_agg(concat_ws(' ', id, v, n), '|' ORDER BY id) FROM a")
            );
        }

        Assert.Equal(4, await scene.Database.ScalarAsync<int>("INSERT INTO a DEFAULT VALUES RETURNING id"));
    }
}
