using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>What a file leaves in the session reaches neither the next file nor, behind a pooler, the next client.</summary>
public class SessionStateTests
{
    private const string LeaveSql = """
        CREATE SEQUENCE IF NOT EXISTS numbers;
        SELECT nextval('numbers');
        PREPARE plan AS SELECT 1;
        DECLARE held CURSOR WITH HOLD FOR SELECT 1;
        LISTEN news;
        SELECT pg_advisory_lock(42);
        SELECT setseed(0.5);
        SET work_mem = '1234kB';
        CREATE TEMPORARY TABLE kept (id int);

        """;

    private const string LeftSql = """
        SELECT 'plan' FROM pg_prepared_statements WHERE from_sql
        UNION ALL SELECT 'cursor' FROM pg_cursors WHERE name <> '' AND is_holdable
        UNION ALL SELECT 'channel' FROM pg_listening_channels()
        UNION ALL SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
        UNION ALL SELECT 'setting' WHERE current_setting('work_mem') = '1234kB'
        UNION ALL SELECT 'table' FROM pg_class WHERE relname = 'kept' AND relnamespace = pg_my_temp_schema()
        """;

    private static readonly (string Name, string Sql)[] Files =
    [
        ("0001_leaves.sql", LeaveSql + "CREATE TABLE expected AS SELECT random() AS first;\nSELECT setseed(0.5);"),
        (
            "0002_looks.sql",
            $"""
            CREATE TABLE random_now AS SELECT random() AS first;
            CREATE TABLE found AS {LeftSql} UNION ALL SELECT 'seed' FROM expected JOIN random_now USING (first);
            DO $$ BEGIN PERFORM currval('numbers'); INSERT INTO found VALUES ('sequence'); EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL; END $$;
            """
        ),
        ("0003_again.sql", LeaveSql),
    ];

    [Fact]
    public async Task What_a_file_leaves_in_the_session_is_not_there_for_the_next()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(Files);
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = true })).Error);
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        Assert.Empty(await database.ColumnAsync<string>("SELECT * FROM found"));
    }

    [Fact]
    public async Task A_temporary_table_of_one_file_does_not_take_what_the_next_does_to_the_table()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE acct (id int); CREATE TEMP TABLE acct (id int);"),
            ("0002_b.sql", "ALTER TABLE acct ADD COLUMN x int;")
        );
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        Assert.True(
            await database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'acct'::regclass AND attname = 'x')")
        );
    }

    [PgBouncerFact]
    public async Task A_pooled_session_is_given_back_as_it_was_found()
    {
        await using var pooler = await PgBouncerServer.StartAsync(poolSize: 1);
        await using var database = await TestDatabase.CreateAsync();
        var url = pooler.UrlOf(database.Name);
        var settings = TestConnection.SettingsFor(url);
        using var set = new MigrationSet();

        set.Write("0001_applied.sql", LeaveSql);
        await GivenBackAsync("applied", MigrationStatus.Applied);
        set.Write(
            "0002_stepwise.sql",
            "-- mued: transaction=none\n" + LeaveSql.Replace("DECLARE held", "DECLARE held_2", StringComparison.Ordinal)
        );
        await GivenBackAsync("without a transaction", MigrationStatus.Applied);
        set.Write("0003_fails.sql", LeaveSql + "SELECT 1/0;");
        await GivenBackAsync("failed", MigrationStatus.Failed);
        File.Delete(set.FileOf("0003_fails.sql"));
        set.Write("0003_rehearsed.sql", LeaveSql);
        Assert.Null((await MigrationRunner.RunAsync(settings, set.Options with { DryRun = true })).Error);
        Assert.Empty(await LeftAsync());

        set.Write("rollback_0001_applied.sql", LeaveSql + "DROP SEQUENCE numbers;");
        Assert.Null(
            (
                await UndoRunner.RunAsync(
                    settings,
                    new()
                    {
                        Path = set.Path,
                        Force = true,
                        NoBackup = true,
                    }
                )
            ).Error
        );
        Assert.Empty(await LeftAsync());

        async Task GivenBackAsync(string what, MigrationStatus status)
        {
            var report = await MigrationRunner.RunAsync(settings, set.Options);
            Assert.True(report.Migrations[^1].Status == status, $"{what}: {report.Error}");
            var left = await LeftAsync();
            Assert.True(left.Count == 0, $"{what}: {string.Join(", ", left)}");
        }

        async Task<List<string>> LeftAsync()
        {
            await using var connection = await TestConnection.OpenAsync(url);
            await using var command = new NpgsqlCommand(LeftSql, connection);
            await using var reader = await command.ExecuteReaderAsync();
            var left = new List<string>();
            while (await reader.ReadAsync())
                left.Add(reader.GetString(0));
            return left;
        }
    }
}
