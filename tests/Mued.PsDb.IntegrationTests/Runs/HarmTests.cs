using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>
/// Nobody waits longer for a run than its budget, whatever the run does, and whatever happens to its process. The sample lets few rows take
/// their time; with MUED_SOAK=1 there are two million, and twenty rounds of each.
/// </summary>
public class HarmTests(ITestOutputHelper output)
{
    private static readonly int Rows = Soak.Count(2_000, 2_000_000);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(Soak.Count(1, 2));

    // On a crowded machine the watch gets its turn later than it asked for.
    private static readonly TimeSpan Room = TimeSpan.FromSeconds(Soak.Enabled ? 0.5 : 1.5);

    private static readonly string Slow = Soak.Enabled ? "n" : "slow(n)";

    /// <summary>What makes others wait: its name, the migration, the way out that the report must name.</summary>
    private static readonly (string Name, string Sql, string Advice)[] Hazards =
    [
        ("rewrite", $"ALTER TABLE users ALTER COLUMN n TYPE bigint USING {Slow};", "NOT VALID"),
        ("index build", $"CREATE INDEX users_n ON users (md5(name || n::text), md5(n::text || name), {Slow});", "CONCURRENTLY"),
        (
            "foreign key, and what follows it",
            "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users; SELECT pg_sleep(10);",
            "Split the file"
        ),
        (
            "several tables",
            "ALTER TABLE orders ADD COLUMN a int; ALTER TABLE users ADD COLUMN b int; SELECT pg_sleep(10);",
            "Split the file"
        ),
        ("rows", $"UPDATE users SET n = {Slow} + 1;", "portions"),
    ];

    public static TheoryData<string> Names => [.. Hazards.Select(hazard => hazard.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task A_run_that_makes_others_wait_for_longer_than_the_budget_is_ended(string name)
    {
        var hazard = Hazards.Single(each => each.Name == name);
        await using var database = await UsersAsync();
        using var set = new MigrationSet(("0001_change.sql", hazard.Sql));
        var before = await database.CatalogAsync();
        for (var round = 0; round < Soak.Count(1, 20); round++)
        {
            foreach (var dryRun in (bool[])[true, false])
            {
                var traffic = Traffic.Start(database.Url, Rows);
                await using (traffic)
                {
                    var options = set.Options with { MaxBlocking = Budget, DryRun = dryRun };
                    var report = await MigrationRunner.RunAsync(database.Settings, options);
                    await traffic.EndAsync();
                    Print(name, dryRun, traffic, report.Harm!);
                    Assert.Equal(("BlockedTooLong", ExitCode.MigrationFailed), (report.Error?.ErrorId, report.Error?.ExitCode));
                    Assert.Equal(set.FileOf("0001_change.sql"), report.Error!.File);
                    Assert.Contains(hazard.Advice, report.Error.Advice, StringComparison.Ordinal);
                    Assert.Equal(MigrationStatus.Failed, report.Migrations[0].Status);
                    AssertBounded(traffic, report.Harm!);
                    Assert.Equal(name != "rows", report.Harm!.Locks.Any(held => held.Relation == "public.users"));
                }

                Assert.Equal(
                    before,
                    (await database.CatalogAsync()).Where(line => !line.Contains("mued_schema_history", StringComparison.Ordinal))
                );
            }
        }
    }

    [Fact]
    public async Task A_run_whose_queueing_makes_others_wait_steps_back_and_tries_again()
    {
        await using var database = await UsersAsync();
        using var set = new MigrationSet(("0001_change.sql", "ALTER TABLE users ADD COLUMN a int; ALTER TABLE orders ADD COLUMN a int;"));
        await using var other = await database.OpenAsync();
        var reading = await other.BeginTransactionAsync();
        await using (var read = new NpgsqlCommand("SELECT count(*) FROM orders", other, reading))
            await read.ExecuteScalarAsync();
        await using var traffic = Traffic.Start(database.Url, Rows);
        var progress = new RecordedProgress();
        var run = MigrationRunner.RunAsync(
            database.Settings,
            set.Options with
            {
                MaxBlocking = Budget,
                LockTimeout = TimeSpan.FromMinutes(1),
            },
            progress
        );
        await Eventually.TrueAsync(() =>
            run.IsCompleted || progress.Messages.Any(message => message.Contains("next try", StringComparison.Ordinal))
        );
        await reading.RollbackAsync();
        var report = await run;
        await traffic.EndAsync();
        Print("queueing", false, traffic, report.Harm!);
        Assert.Null(report.Error);
        Assert.Contains("others waited", report.Migrations[0].Attempts[0].Message, StringComparison.Ordinal);
        AssertBounded(traffic, report.Harm!);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_undo_that_makes_others_wait_for_longer_than_the_budget_is_ended(bool dryRun)
    {
        await using var database = await UsersAsync();
        using var set = new MigrationSet(
            ("0001_names.sql", "CREATE VIEW names AS SELECT id, name FROM users;"),
            ("rollback_0001_names.sql", $"DROP VIEW names CASCADE; ALTER TABLE users ALTER COLUMN n TYPE bigint USING {Slow};")
        );
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        await database.ExecuteAsync("CREATE VIEW more AS SELECT id FROM names");
        var before = await database.CatalogAsync();
        await using var traffic = Traffic.Start(database.Url, Rows);
        var report = await UndoRunner.RunAsync(
            database.Settings,
            new()
            {
                Path = set.Path,
                NoBackup = true,
                Force = true,
                DryRun = dryRun,
                MaxBlocking = Budget,
            }
        );
        await traffic.EndAsync();
        Print("undo", dryRun, traffic, report.Harm!);
        Assert.Equal(("BlockedTooLong", RunStatus.Failed), (report.Error?.ErrorId, report.Status));
        AssertBounded(traffic, report.Harm!);
        Assert.Equal(before, await database.CatalogAsync());
    }

    [Fact]
    public async Task A_copy_and_a_restore_end_at_the_bound_that_was_set_for_them()
    {
        var bound = TimeSpan.FromSeconds(0.3);
        await using var database = await UsersAsync();
        using var set = new MigrationSet(
            ("0001_notes.sql", "ALTER TABLE users ADD COLUMN note text;"),
            ("rollback_0001_notes.sql", "ALTER TABLE users DROP COLUMN note;")
        );
        using var backups = new MigrationSet();
        var undo = new UndoOptions { Path = set.Path, BackupPath = backups.FileOf("backup") };
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);

        // Little on the disk, and much to read and to write.
        await database.ExecuteAsync("UPDATE users SET note = repeat('x', 100000) WHERE id <= 2000");
        var before = await NotesAsync();
        var expected = (await UndoRunner.PlanAsync(database.Settings, undo)).Expected;
        await EndsAsync("undo", async () => await UndoRunner.RunAsync(database.Settings, undo with { MaxBlocking = bound }));
        Assert.Equal(before, await NotesAsync());
        Assert.False(Directory.Exists(undo.BackupPath));

        var undone = await UndoRunner.RunAsync(database.Settings, undo);
        Assert.Null(undone.Error);
        output.WriteLine($"expected {expected!.Value.TotalSeconds:0.00} s, took {undone.Duration.TotalSeconds:0.00} s");
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        var restore = new RestoreOptions { Path = undo.BackupPath };
        await EndsAsync("restore", async () => await BackupRestorer.RunAsync(database.Settings, restore with { MaxBlocking = bound }));
        Assert.Null((await BackupRestorer.RunAsync(database.Settings, restore)).Error);
        Assert.Equal(before, await NotesAsync());

        async Task EndsAsync(string name, Func<Task<RunReport>> run)
        {
            await using var traffic = Traffic.Start(database.Url, Rows);
            var report = await run();
            await traffic.EndAsync();
            Print(name, false, traffic, report.Harm!);
            Assert.Equal(("BlockedTooLong", RunStatus.Failed), (report.Error?.ErrorId, report.Status));
            Assert.True(traffic.Longest < bound + Room, traffic.Figures);
            Assert.InRange(report.Harm!.LongestWait, bound, bound + Room);
        }

        Task<long> NotesAsync() => database.ScalarAsync<long>("SELECT sum(length(note)) FROM users");
    }

    [Theory]
    [InlineData("killed", false)]
    [InlineData("stopped", false)]
    [InlineData("stopped", true)]
    [InlineData("cut off", false)]
    public async Task Nobody_waits_longer_when_the_process_is_gone(string what, bool dryRun)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var database = await UsersAsync();
        using var set = new MigrationSet(("0001_change.sql", Hazards[0].Sql));
        var before = await database.CatalogAsync();
        for (var round = 0; round < Soak.Count(1, 20); round++)
        {
            await using var proxy = FaultProxy.Start(database.Url);
            await using var traffic = Traffic.Start(database.Url, Rows);
            using var process = CliProcess.Start(
                null,
                null,
                [
                    "migrate",
                    "--url",
                    proxy.Url,
                    "--path",
                    set.Path,
                    "--max-blocking",
                    Budget.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                    "--max-attempts",
                    "1",
                    .. dryRun ? ["--dry-run"] : Array.Empty<string>(),
                ]
            );
            await Eventually.TrueAsync(
                async () => process.HasExited || await database.ScalarAsync<bool>(Watched),
                TimeSpan.FromMilliseconds(5)
            );
            Assert.False(process.HasExited);
            switch (what)
            {
                case "killed":
                    process.Kill();
                    break;
                case "stopped":
                    await SignalAsync(process, "STOP");
                    break;
                default:
                    proxy.Silence();
                    break;
            }

            // What the run held is let go: readers and writers get through, and no transaction of the run goes on.
            await Eventually.TrueAsync(async () => !await database.ScalarAsync<bool>(InTransaction));
            await traffic.EndAsync();
            output.WriteLine($"{what}{(dryRun ? ", dry run" : "")}: {traffic.Figures}");
            Assert.True(traffic.Longest < Budget + Room, traffic.Figures);
            if (what == "stopped")
                await SignalAsync(process, "CONT");
            if (what == "cut off")
                process.Kill();
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
            Assert.Equal(
                before,
                (await database.CatalogAsync()).Where(line => !line.Contains("mued_schema_history", StringComparison.Ordinal))
            );
        }
    }

    [Fact]
    public async Task The_server_ends_what_a_stopped_process_holds_between_two_statements()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var database = await UsersAsync();
        using var set = new MigrationSet(
            ("0001_change.sql", "ALTER TABLE users ADD COLUMN a int; SELECT pg_sleep(1);"),
            ("0002_more.sql", "SELECT 1;")
        );
        await using var traffic = Traffic.Start(database.Url, Rows);
        using var process = CliProcess.Start(null, null, "migrate", "--dry-run", "--url", database.Url, "--path", set.Path);
        await Eventually.TrueAsync(
            async () => process.HasExited || await database.ScalarAsync<bool>(Watched),
            TimeSpan.FromMilliseconds(5)
        );
        await SignalAsync(process, "STOP");
        await Eventually.TrueAsync(async () => !await database.ScalarAsync<bool>(InTransaction));
        await traffic.EndAsync();
        output.WriteLine($"stopped between statements: {traffic.Figures}");
        Assert.True(traffic.Longest < TimeSpan.FromSeconds(10) + Room, traffic.Figures);
        await SignalAsync(process, "CONT");
        await process.WaitForExitAsync();
    }

    [PgBouncerFact]
    public async Task Behind_a_pooler_nobody_waits_longer_and_nobody_else_is_cancelled()
    {
        await using var database = await UsersAsync();
        await using var pooler = await PgBouncerServer.StartAsync(poolSize: 8);
        using var set = new MigrationSet(("0001_change.sql", Hazards[0].Sql));
        for (var round = 0; round < Soak.Count(1, 20); round++)
        {
            await using var traffic = Traffic.Start(pooler.UrlOf(database.Name), Rows);
            var report = await MigrationRunner.RunAsync(
                TestConnection.SettingsFor(pooler.UrlOf(database.Name)),
                set.Options with
                {
                    MaxBlocking = Budget,
                }
            );
            await traffic.EndAsync();
            Print("pooler", false, traffic, report.Harm!);
            Assert.Equal("BlockedTooLong", report.Error?.ErrorId);
            AssertBounded(traffic, report.Harm!);
        }
    }

    [Fact]
    public async Task What_lasts_is_measured_and_not_ended_without_a_bound()
    {
        await using var database = await UsersAsync();
        using var set = new MigrationSet(("0001_change.sql", "ALTER TABLE users ADD COLUMN a int; SELECT pg_sleep(3);"));
        await using var traffic = Traffic.Start(database.Url, Rows);
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options with { MaxBlocking = TimeSpan.Zero });
        await traffic.EndAsync();
        Assert.Null(report.Error);
        Print("no bound", false, traffic, report.Harm!);
        Assert.Null(report.Harm!.MaxBlocking);
        Assert.InRange(report.Harm.LongestWait, TimeSpan.FromSeconds(2), traffic.Longest);
        Assert.Equal(("public.users", "AccessExclusiveLock"), (report.Harm.Locks[0].Relation, report.Harm.Locks[0].LockMode));
        Assert.InRange(report.Harm.Locks[0].Held, TimeSpan.FromSeconds(2), report.Duration);
    }

    [Fact]
    public async Task A_role_with_one_connection_is_told_that_the_budget_cannot_be_kept()
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = "mued_single_" + Guid.NewGuid().ToString("N")[..8];
        await database.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN CONNECTION LIMIT 1 PASSWORD 'x'; GRANT ALL ON SCHEMA public TO {role}; GRANT CREATE ON DATABASE {database.Name} TO {role}"
        );
        try
        {
            using var set = new MigrationSet(("0001_slow.sql", "SELECT pg_sleep(2);"));
            var url = database.Url.With(user: role, password: "x");
            var report = await MigrationRunner.RunAsync(
                TestConnection.SettingsFor(url),
                set.Options with
                {
                    MaxBlocking = TimeSpan.FromSeconds(1),
                }
            );
            Assert.Null(report.Error);
            var warning = Assert.Single(report.Warnings);
            Assert.Contains("-MaxBlocking", warning, StringComparison.Ordinal);
            Assert.Contains($"too many connections for role \"{role}\"", warning, StringComparison.Ordinal);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    // The rewrite is at work, and so is the watch over it.
    private const string Watched = """
        SELECT count(*) FILTER (WHERE a.query LIKE 'DO $mued$ -- watches%') > 0
            AND count(*) FILTER (WHERE l.pid IS NOT NULL) > 0
        FROM pg_stat_activity AS a
        LEFT JOIN pg_locks AS l ON l.pid = a.pid AND l.relation = 'users'::regclass AND l.mode = 'AccessExclusiveLock' AND l.granted
        WHERE a.datname = current_database() AND a.application_name LIKE 'Mued.PsDb%' AND a.state <> 'idle'
        """;

    private const string InTransaction = """
        SELECT EXISTS (SELECT FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
            WHERE a.application_name LIKE 'Mued.PsDb%' AND l.relation = 'users'::regclass)
        """;

    private static async Task<TestDatabase> UsersAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            $"""
            CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(0.005); RETURN i; END';
            CREATE TABLE users (id int PRIMARY KEY, n int, name text, filler text) WITH (fillfactor = 90);
            INSERT INTO users SELECT i, i, md5(i::text), repeat('x', 200) FROM generate_series(1, {Rows}) AS i;
            CREATE TABLE orders (id int, user_id int);
            INSERT INTO orders SELECT i, i FROM generate_series(1, {Rows}) AS i;
            """
        );
        return database;
    }

    private static async Task SignalAsync(Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static void AssertBounded(Traffic traffic, Harm harm)
    {
        Assert.True(traffic.Longest < Budget + Room, traffic.Figures);
        Assert.InRange(harm.LongestWait, Budget, Budget + Room);
    }

    private void Print(string name, bool dryRun, Traffic traffic, Harm harm) =>
        output.WriteLine(
            $"{name}{(dryRun ? ", dry run" : "")}: {traffic.Figures}; seen {harm.LongestWait.TotalSeconds:0.00} s of {harm.Blocked.Count}, unseen {harm.Unseen.TotalSeconds:0.00} s; "
                + string.Join(", ", harm.Locks.Select(held => $"{held.Relation} {held.LockMode} {held.Held.TotalSeconds:0.00} s"))
        );
}
