using System.Diagnostics;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Tests;

/// <summary>What a server, a database or a role has set against forgotten sessions of applications does not end ours.</summary>
public class ServerLimitsTests
{
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(0.5);

    [Theory, Major(15), Major(17)]
    public async Task No_limit_of_the_database_ends_a_rehearsal_a_run_an_undo_or_a_restore(int major)
    {
        await using var database = await TestDatabase.CreateAsync(await TestServer.ForMajorAsync(major));
        await database.ExecuteAsync(
            "CREATE FUNCTION slow(i int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT pg_sleep(0.5) IS NOT NULL'; CREATE TABLE one (id int); INSERT INTO one VALUES (1)"
        );
        await LimitAsync(database, "statement_timeout", "idle_in_transaction_session_timeout");
        if (major >= 17)
            await LimitAsync(database, "transaction_timeout");
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int CHECK (slow(id))); INSERT INTO a VALUES (1);"),
            ("0002_index.sql", "-- mued: transaction=none\nCREATE INDEX CONCURRENTLY one_slow ON one (slow(id));"),
            ("rollback_0001_a.sql", "DROP TABLE a; DROP INDEX IF EXISTS one_slow; SELECT pg_sleep(0.5);")
        );
        var folder = Directory.CreateTempSubdirectory("mued-limits-").FullName;
        var backup = Path.Combine(folder, "backup");
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = true })).Error);
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        var undone = await UndoRunner.RunAsync(
            database.Settings,
            new()
            {
                Path = set.Path,
                Target = "0",
                BackupPath = backup,
            }
        );
        Assert.Null(undone.Error);
        Assert.Equal(1, undone.Backup!.Rows);

        set.Write("0001_a.sql", "CREATE TABLE a (id int CHECK (slow(id)));");
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options with { Target = "0001" })).Error);
        var restored = await BackupRestorer.RunAsync(database.Settings, new() { Path = backup });
        Assert.Null(restored.Error);
        Assert.Equal(1, restored.Loaded);

        var limited = await UndoRunner.RunAsync(
            database.Settings,
            new()
            {
                Path = set.Path,
                Target = "0",
                NoBackup = true,
                StatementTimeout = TimeSpan.FromSeconds(0.2),
            }
        );
        Assert.Equal("57014", limited.Error!.SqlState);
        Assert.Contains("-StatementTimeout", limited.Error.Advice, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task No_limit_of_the_database_ends_what_only_reads()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE a (id int)");
        var snapshot = await SchemaExport.RunAsync(database.Settings, new());
        var file = Path.GetTempFileName();
        snapshot.Save(file);
        using var set = new MigrationSet(("0001_a.sql", "SELECT 1;"));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        await LimitAsync(database, "statement_timeout");

        foreach (
            var (table, work) in ((string, Func<Task>)[])
                [
                    ("mued_schema_history", () => MigrationRunner.GetStatusAsync(database.Settings, set.Options)),
                    ("a", () => SchemaTest.RunAsync(database.Settings, new() { SchemaFile = file, IncludeData = true })),
                ]
        )
        {
            await using var other = await database.OpenAsync();
            await using var holding = await other.BeginTransactionAsync();
            await using var take = new Npgsql.NpgsqlCommand($"LOCK TABLE {table}", other, holding);
            await take.ExecuteNonQueryAsync();
            var waiting = work();
            await Task.Delay(Longer);
            await holding.RollbackAsync();
            await waiting;
        }

        File.Delete(file);
    }

    [Theory]
    [InlineData("CREATE INDEX CONCURRENTLY i ON a (slow(id));", 0.2)]
    [InlineData("-- mued: transaction=none\nSET statement_timeout = '200ms';\nSELECT pg_sleep(600);", null)]
    public async Task A_limit_that_was_asked_for_ends_a_statement_outside_of_a_transaction(string sql, double? seconds)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE a (id int); INSERT INTO a VALUES (1);
            CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(600); RETURN $1; END';
            """
        );
        using var set = new MigrationSet(("0001_a.sql", sql));
        var limit = seconds is { } given ? TimeSpan.FromSeconds(given) : (TimeSpan?)null;
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options with { StatementTimeout = limit, MaxAttempts = 1 });
        Assert.Equal("57014", report.Error!.SqlState);
    }

    [Fact]
    public async Task A_transaction_whose_client_is_at_work_elsewhere_is_kept_awake()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.OpenAsync();
        await connection.ExecuteAsync(["BEGIN", "SET LOCAL idle_in_transaction_session_timeout = 4000"], default);
        await connection.KeepAwakeAsync(
            async token =>
            {
                await Task.Delay(TimeSpan.FromSeconds(5), token);
                return true;
            },
            default
        );
        Assert.Equal(1, await connection.ScalarAsync(["SELECT 1"], default));

        // The connection goes: what is done beside it ends too.
        await database.ExecuteAsync($"SELECT pg_terminate_backend({connection.ProcessID})");
        await Assert.ThrowsAnyAsync<Exception>(() =>
            connection.KeepAwakeAsync(
                async token =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, token);
                    return true;
                },
                default
            )
        );
    }

    [UnixFact]
    public async Task The_locks_of_a_process_that_was_stopped_are_let_go_by_the_server()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE users (id int)");
        using var set = new MigrationSet(
            ("0001_alter.sql", "ALTER TABLE users ADD COLUMN name text;"),
            ("0002_slow.sql", "SELECT pg_sleep(1);"),
            ("0003_more.sql", "SELECT 1;")
        );
        var process = CliProcess.Start(
            null,
            null,
            "migrate",
            "--dry-run",
            "--url",
            database.Url,
            "--path",
            set.Path,
            "--max-blocking",
            "0",
            "--max-attempts",
            "2"
        );

        // The server's watch sleeps as well: what is waited for is the session that holds the table.
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>(
                """
                SELECT EXISTS (SELECT FROM pg_stat_activity AS a JOIN pg_locks AS l USING (pid)
                    WHERE a.wait_event = 'PgSleep' AND l.relation = 'users'::regclass AND l.mode = 'AccessExclusiveLock')
                """
            )
        );
        Signal(process, "STOP");
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM users"));

        // It tries again, and this time nobody stops it.
        Signal(process, "CONT");
        var result = await CliProcess.WaitAsync(process);
        Assert.Equal((0, true), (result.ExitCode, result.Error.Contains("idle-in-transaction", StringComparison.Ordinal)));
    }

    private static Task LimitAsync(TestDatabase database, params string[] names) =>
        database.ExecuteAsync(string.Join(";", names.Select(name => $"ALTER DATABASE {database.Name} SET {name} = '250ms'")));

    private static void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
