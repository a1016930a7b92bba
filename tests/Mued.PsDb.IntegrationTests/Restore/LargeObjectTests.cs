using System.Globalization;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests;

/// <summary>Large objects that an undo unlinks, or that only rows refer to that go, are data: they go into a backup and come back.</summary>
public sealed class LargeObjectTests : IDisposable
{
    // One that is unlinked, one of a table that goes, one of a domain, of a column, of a deleted row; and one that is nobody's business.
    private const string Make = """
        CREATE DOMAIN lo AS oid; CREATE TABLE a (id int PRIMARY KEY, file oid, scan lo, relation oid); ALTER TABLE kept ADD file oid;
        """;

    private const string Back =
        "SELECT lo_unlink(file) FROM a WHERE id = 1; DROP TABLE a; DROP DOMAIN lo; ALTER TABLE kept DROP file; DELETE FROM old WHERE id = 1;";

    private const string Base = "CREATE TABLE kept (id int PRIMARY KEY); CREATE TABLE old (id int PRIMARY KEY, file oid);";

    private const string Fill = """
        SELECT lo_from_bytea(60000 + n, decode(repeat('0a5c090' || n, n * 16384), 'hex')) FROM generate_series(1, 6) AS n; SELECT lo_create(60007);
        INSERT INTO a VALUES (1, 60001, NULL, 'a'::regclass), (2, 60002, 60003, 1), (3, 60007, 60002, NULL);
        INSERT INTO kept VALUES (1, 60004), (2, NULL); INSERT INTO old VALUES (1, 60005), (2, 60006);
        COMMENT ON LARGE OBJECT 60002 IS 'scan \ ''1'''; GRANT SELECT ON LARGE OBJECT 60002 TO PUBLIC; GRANT UPDATE ON LARGE OBJECT 60003 TO pg_monitor WITH GRANT OPTION;
        ALTER LARGE OBJECT 60003 OWNER TO pg_database_owner; REVOKE ALL ON LARGE OBJECT 60004 FROM CURRENT_USER;
        """;

    private const string All =
        "SELECT string_agg(concat_ws(' ', oid, lomowner::regrole, lomacl, obj_description(oid, 'pg_largeobject'), length(lo_get(oid)), md5(lo_get(oid))), '; ' ORDER BY oid) FROM pg_largeobject_metadata WHERE oid < 62000";

    // One of others that whoever looks into it fails by, as a piece holds more than it can.
    private const string Unrelated = """
        SELECT lo_create(62000); GRANT SELECT ON LARGE OBJECT 62000 TO PUBLIC;
        SET allow_system_table_mods = on; INSERT INTO pg_largeobject VALUES (62000, 0, convert_to(repeat('x', 2049), 'UTF8')); RESET allow_system_table_mods;
        """;

    // Every way to write. The migration makes the last two itself, which people then write to and the script takes away.
    private const string Overwrite = """
        SELECT lo_put(61001, 3, 'put'); SELECT lo_put(61002, 700000, 'beyond'); SELECT lo_truncate(lo_open(61003, 131072), 5);
        SELECT lo_truncate64(lo_open(61004, 131072), 0); SELECT lowrite(lo_open(61005, 131072), 'written');
        DO $$ BEGIN PERFORM lo_unlink(61006), lo_from_bytea(61006, 'replaced'); EXCEPTION WHEN division_by_zero THEN NULL; END $$;
        SELECT lo_unlink(61007); SELECT lo_create(61007); SELECT lo_put(61008, 0, lo_get(61008)); SELECT lo_from_bytea(61099, 'new');
        SELECT lo_unlink(61010); SELECT lo_put(61011, 0, 'undone'); ALTER TABLE n DROP m;
        """;

    private readonly MigrationSet set = new(("0001_base.sql", Base), ("0002_a.sql", Make), ("rollback_0002_a.sql", Back));

    [Fact]
    public async Task They_are_counted_copied_and_come_back_with_all_that_is_said_of_them()
    {
        await using var scene = await FilledAsync();
        var before = await scene.Database.ScalarAsync<string>(All);
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options);
        Assert.Equal(new LostLargeObjects(6, 15 * 65_536), plan.LargeObjects);
        Assert.Contains("6 large objects go, are overwritten, or lose the rows that refer to them, with 960 kB.", UndoQuestion.Of(plan));
        Assert.Equal(plan.LargeObjects, (await scene.UndoAsync(scene.Options with { DryRun = true })).LargeObjects);
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(All));
        var undo = await scene.UndoneAsync();
        Assert.Equal((plan.LargeObjects, 6), (undo.LargeObjects, undo.Backup!.LargeObjects));
        await CleanAsync(scene);
        await scene.MigrateAsync();
        var rehearsal = await BackupRestorer.RunAsync(scene.Settings, new() { Path = scene.BackupPath, DryRun = true });
        Assert.NotEqual(before, await scene.Database.ScalarAsync<string>(All));
        var report = await scene.RestoredAsync();
        Assert.Equal("6 restored, 0 present, 0 conflicting", report.LargeObjects!.ToString());
        Assert.Equal(report.LargeObjects.ToString(), rehearsal.LargeObjects!.ToString());
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(All));
        var again = await scene.RestoreAsync();
        Assert.Equal("0 restored, 6 present, 0 conflicting", again.LargeObjects!.ToString());
    }

    [Theory]
    [InlineData(ConflictAction.Skip, "5 restored, 0 present, 1 conflicting", "RestoreLargeObjectsLeft")]
    [InlineData(ConflictAction.Fail, null, "RestoreConflict")]
    [InlineData(ConflictAction.Replace, "6 restored, 0 present, 0 conflicting", null)]
    public async Task Other_content_under_the_number_is_somebodys(ConflictAction action, string? outcome, string? error)
    {
        await using var scene = await FilledAsync();
        var before = await scene.Database.ScalarAsync<string>(All);
        await scene.UndoneAsync();
        await CleanAsync(scene);
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("SELECT lo_from_bytea(60002, 'other')");
        var report = await scene.RestoreAsync(action);
        Assert.Equal((outcome, error), (report.LargeObjects?.ToString(), report.Error?.ErrorId));
        if (action == ConflictAction.Skip)
            Assert.Equal([new(60002, "other content is under that number")], report.LargeObjects!.Conflicts);
        Assert.Equal(action == ConflictAction.Replace, before == await scene.Database.ScalarAsync<string>(All));
        Assert.Equal(
            action == ConflictAction.Replace ? "scan" : "othe",
            await scene.Database.ScalarAsync<string>(
                action == ConflictAction.Replace
                    ? "SELECT left(obj_description(60002, 'pg_largeobject'), 4)"
                    : "SELECT convert_from(lo_get(60002, 0, 4), 'UTF8')"
            )
        );
    }

    [Fact]
    public async Task Owners_and_roles_that_are_gone_are_told()
    {
        await using var scene = await FilledAsync();
        var role = $"clerk_{Guid.NewGuid():N}";
        await scene.Database.ExecuteAsync(
            $"CREATE ROLE {role}; ALTER LARGE OBJECT 60001 OWNER TO {role}; GRANT ALL ON LARGE OBJECT 60002 TO {role}"
        );
        try
        {
            await scene.UndoneAsync();
            await CleanAsync(scene);
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }

        await scene.MigrateAsync();
        var report = await scene.RestoreAsync();
        Assert.Equal(
            ("RestoreLargeObjectsLeft", "6 restored, 0 present, 2 conflicting"),
            (report.Error!.ErrorId, report.LargeObjects!.ToString())
        );
        Assert.Equal([60001U, 60002U], report.LargeObjects.Conflicts.Select(conflict => conflict.Oid));
        Assert.All(report.LargeObjects.Conflicts, conflict => Assert.Contains(role, conflict.Reason));
    }

    [Theory]
    [InlineData("SUPERUSER", "CREATE ON SCHEMA public")]
    [InlineData("", "CREATE ON SCHEMA public")]
    [InlineData("", "CREATE ON SCHEMA public TO {0}; GRANT SELECT ON pg_largeobject")]
    public async Task What_scripts_and_migrations_write_to_them_gives_way_to_what_was_there(string attribute, string granted)
    {
        using var files = new MigrationSet(
            ("0001_base.sql", "CREATE TABLE n (id int PRIMARY KEY)"),
            ("0002_seed.sql", "SELECT lo_from_bytea(61010, 'seed'); ALTER TABLE n ADD m int"),
            ("0003_put.sql", "SELECT lo_put(61011, 0, 'migrated')"),
            ("rollback_0003_put.sql", Overwrite),
            ("rollback_0002_seed.sql", "SELECT 1")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: files.Path);
        var role = "r" + scene.Database.Name;
        await scene.Database.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'x' {attribute}; GRANT {string.Format(CultureInfo.InvariantCulture, granted, role)} TO {role}; {Unrelated}"
        );
        try
        {
            var url = scene.Database.Url.With(user: role, password: "x");
            await TestConnection.ExecuteAsync(
                url,
                "SELECT lo_from_bytea(61000 + n, decode(repeat('0a5c0d0' || n, 65536), 'hex')) FROM generate_series(1, 9) AS n; SELECT lo_create(61011)"
            );
            var settings = UndoScene.SettingsOf(url);
            await MigrateAsync();
            await TestConnection.ExecuteAsync(
                url,
                "SELECT lo_put(61010, 0, 'edited'), lo_put(61011, 5, 'edited'); COMMENT ON LARGE OBJECT 61006 IS 'six'; GRANT SELECT ON LARGE OBJECT 61007 TO pg_monitor; COMMENT ON LARGE OBJECT 61010 IS 'ten'"
            );
            var before = await scene.Database.ScalarAsync<string>(All);
            var options = scene.Options with { Target = "1" };
            var plan = await UndoRunner.PlanAsync(settings, options);
            Assert.Equal(9, plan.LargeObjects!.Count);
            Assert.Equal(before, await scene.Database.ScalarAsync<string>(All));
            Assert.Null((await UndoRunner.RunAsync(settings, options)).Error);
            Assert.NotEqual(before, await scene.Database.ScalarAsync<string>(All));
            await MigrateAsync();
            await TestConnection.ExecuteAsync(url, "SELECT lo_put(61001, 0, 'others')");

            Assert.Equal("8 restored, 0 present, 1 conflicting", (await RestoreAsync(ConflictAction.Skip)).LargeObjects!.ToString());
            await TestConnection.ExecuteAsync(url, "SELECT lo_unlink(61099)");
            Assert.Equal("1 restored, 8 present, 0 conflicting", (await RestoreAsync(ConflictAction.Replace)).LargeObjects!.ToString());
            Assert.Equal(before, await scene.Database.ScalarAsync<string>(All));

            async Task MigrateAsync() => Assert.Null((await MigrationRunner.RunAsync(settings, new() { Path = files.Path })).Error);
            Task<RestoreReport> RestoreAsync(ConflictAction action) =>
                BackupRestorer.RunAsync(settings, new() { Path = scene.BackupPath, OnConflict = action });
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    public void Dispose() => set.Dispose();

    private async Task<UndoScene> FilledAsync()
    {
        var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(Fill);
        return scene;
    }

    // As vacuumlo does: what no row refers to is unlinked.
    private static Task CleanAsync(UndoScene scene) =>
        scene.Database.ExecuteAsync("SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid NOT IN (SELECT file FROM old)");
}
