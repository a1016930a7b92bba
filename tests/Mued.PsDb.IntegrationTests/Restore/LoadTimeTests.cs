namespace Mued.PsDb.Tests;

/// <summary>What is said before a restore of how long others would wait for it.</summary>
public class LoadTimeTests
{
    private const string Table = """
        CREATE TABLE note (id int PRIMARY KEY, text text UNIQUE, length int GENERATED ALWAYS AS (length(text)) STORED);
        CREATE TABLE other (id int);
        """;

    [Fact]
    public async Task Measuring_leaves_nothing_behind()
    {
        await using var scene = await SceneAsync(10_000);
        await scene.Database.ExecuteAsync(
            "ALTER TABLE note ADD COLUMN serial serial, ADD COLUMN nr int NOT NULL GENERATED ALWAYS AS IDENTITY"
        );
        Assert.True(await ExpectedAsync(scene) > TimeSpan.Zero);
        Assert.Equal(
            "0 false 0",
            await scene.Database.ScalarAsync<string>(
                """
                SELECT concat_ws(' ', pg_relation_size('note'), (SELECT is_called::text FROM note_serial_seq),
                    (SELECT count(*) FROM pg_class WHERE relpersistence = 't'))
                """
            )
        );
    }

    [Theory]
    [InlineData("DROP TABLE note")]
    [InlineData("ALTER TABLE note RENAME text TO words")]
    [InlineData("ALTER TABLE note DROP length; ALTER TABLE note ALTER text TYPE int USING 0")]
    public async Task What_cannot_be_measured_is_unknown(string change)
    {
        await using var scene = await SceneAsync(10);
        await scene.Database.ExecuteAsync(change);
        Assert.Null(await ExpectedAsync(scene));
    }

    [Fact]
    public async Task A_backup_of_no_rows_takes_no_time()
    {
        await using var scene = await SceneAsync(0);
        Assert.Equal(TimeSpan.Zero, await ExpectedAsync(scene));
    }

    [Fact]
    public async Task A_backup_of_another_database_is_refused_first()
    {
        await using var scene = await SceneAsync(10);
        await using var other = await TestDatabase.CreateAsync();
        var error = await Assert.ThrowsAsync<MuedException>(() =>
            BackupRestorer.ExpectAsync(other.Settings, new() { Path = scene.BackupPath })
        );
        Assert.Equal("RestoreOtherDatabase", error.ErrorId);
    }

    private static Task<TimeSpan?> ExpectedAsync(UndoScene scene) =>
        BackupRestorer.ExpectAsync(scene.Database.Settings, new() { Path = scene.BackupPath });

    private static async Task<UndoScene> SceneAsync(int rows)
    {
        using var set = new MigrationSet(("0001_note.sql", Table), ("rollback_0001_note.sql", "DROP TABLE note, other;"));
        var scene = await UndoScene.CreateAsync(migrate: true, migrations: set.Path);
        await scene.Database.ExecuteAsync(
            $"INSERT INTO note (id, text) SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, {rows}) AS i"
        );
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        return scene;
    }
}
