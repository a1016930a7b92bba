using Mued.PsDb.Connections;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>No code of others runs under our role: neither by a name that ours finds first, nor by what stands where a table was.</summary>
public class ForeignCodeTests
{
    private const string TrapSql = """
        CREATE SCHEMA evil;
        CREATE SEQUENCE evil.hits;
        CREATE FUNCTION evil.trap() RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN PERFORM nextval('evil.hits'); RETURN true; END $f$;

        """;

    [Fact]
    public async Task A_schema_that_shadows_every_name_of_our_SQL_is_never_used()
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new()
            {
                Settings = new Dictionary<string, string> { ["log_statement"] = "all", ["log_min_duration_statement"] = "-1" },
            }
        );
        var server = TestServer.Of(sandbox);
        await using var clean = await TestDatabase.CreateAsync(server);
        await EveryCommandAsync(clean);

        await using var trapped = await TestDatabase.CreateAsync(server);
        var made = await EvilSchema.MakeAsync(trapped, await ReadLogAsync(sandbox));
        Assert.All(
            ["function", "operator", "type", "catalog"],
            what => Assert.True(made.GetValueOrDefault(what) > 10, $"{what}: {made.GetValueOrDefault(what)}")
        );
        await EveryCommandAsync(trapped);
        Assert.False(await EvilSchema.WasUsedAsync(trapped));

        // It would have been.
        await trapped.ExecuteAsync("SELECT coalesce(oid, 0) = 1 FROM pg_class");
        Assert.True(await EvilSchema.WasUsedAsync(trapped));
    }

    [Fact]
    public async Task A_view_where_a_table_was_is_not_read()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(TrapSql + "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
        var file = Path.GetTempFileName();
        try
        {
            var seeds = new SeedTable[]
            {
                new()
                {
                    Table = "public.t",
                    Key = ["id"],
                    Columns = ["id"],
                },
            };
            (await SchemaExport.RunAsync(database.Settings, new() { Seeds = seeds })).Save(file);
            await database.ExecuteAsync("DROP TABLE t; CREATE VIEW t AS SELECT 1 AS id WHERE evil.trap()");
            var report = await SchemaTest.RunAsync(database.Settings, new() { SchemaFile = file, IncludeData = true });
            Assert.False(report.Passed);
            Assert.Contains(report.Checks, check => check.Advice?.Contains("runs what its owner wrote", StringComparison.Ordinal) == true);
        }
        finally
        {
            File.Delete(file);
        }

        await database.ExecuteAsync("CREATE VIEW mued_schema_history AS SELECT 'x'::text AS migration WHERE evil.trap()");
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        await Assert.ThrowsAsync<MuedException>(() => MigrationRunner.RunAsync(database.Settings, set.Options));
        Assert.False(await EvilSchema.WasUsedAsync(database));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_table_that_is_swapped_for_a_view_while_its_lock_is_waited_for_is_seen(bool forReading)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(TrapSql + "CREATE TABLE t (id int)");
        var names = new ObjectName[] { new("public", "t") };
        await using var swapper = await database.OpenAsync();
        await using var transaction = await swapper.BeginTransactionAsync();
        await using (
            var swap = new NpgsqlCommand(
                "ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT id FROM u WHERE evil.trap()",
                swapper,
                transaction
            )
        )
            await swap.ExecuteNonQueryAsync();

        await using var connection = await database.Settings.OpenAsync(CancellationToken.None);
        var locking = connection.ExecuteAsync(
            ["BEGIN", forReading ? TableLock.ForReading(names) : TableLock.On(names)],
            CancellationToken.None
        );
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass AND NOT granted)")
        );
        await transaction.CommitAsync();
        if (forReading)
            Assert.Equal(PostgresErrorCodes.UndefinedTable, (await Assert.ThrowsAsync<PostgresException>(() => locking)).SqlState);
        else
            await locking;
        Assert.False(await EvilSchema.WasUsedAsync(database));
    }

    [Fact]
    public async Task A_policy_on_the_history_is_an_error_and_is_not_asked()
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = "mued_policy_" + database.Name[^12..];
        await database.ExecuteAsync(
            TrapSql
                + $"""
                CREATE ROLE {role} LOGIN PASSWORD 'secret';
                GRANT ALL ON SCHEMA public, evil TO {role};
                GRANT ALL ON SEQUENCE evil.hits TO {role};
                """
        );
        try
        {
            using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
            var settings = database.Settings.WithCredential(role, "secret");
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options)).Error);
            await database.ExecuteAsync(
                """
                ALTER TABLE mued_schema_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                CREATE POLICY hidden ON mued_schema_history USING (evil.trap() IS NULL);
                """
            );
            var error = await Assert.ThrowsAsync<MuedException>(() => MigrationRunner.GetStatusAsync(settings, set.Options));
            Assert.Equal("HistoryRowSecurity", error.ErrorId);
            Assert.False(await EvilSchema.WasUsedAsync(database));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    /// <summary>Every command that asks a server anything, on every connection that it opens; each must do its work.</summary>
    private static async Task EveryCommandAsync(TestDatabase database)
    {
        var settings = database.Settings;
        using var set = new MigrationSet(
            (
                "0001_base.sql",
                """
                CREATE TABLE public.parent (id int PRIMARY KEY);
                CREATE TABLE public.t (id int PRIMARY KEY, parent int REFERENCES public.parent, name varchar(40) UNIQUE);
                INSERT INTO public.parent VALUES (1);
                INSERT INTO public.t VALUES (1, 1, 'one'), (2, 1, 'two');
                """
            ),
            ("0002_index.sql", "CREATE INDEX CONCURRENTLY t_parent ON public.t (parent);"),
            // What a migration leaves is searched before everything else, unless the path names it.
            ("0003_temporary.sql", "CREATE TEMPORARY TABLE pg_class (id int);\nCREATE DOMAIN pg_temp.regclass AS int;"),
            ("rollback_0001_base.sql", "DROP TABLE public.t CASCADE;\nDROP TABLE public.parent;")
        );
        var backups = Directory.CreateTempSubdirectory("mued-evil-");
        try
        {
            Assert.True((await ConnectionTest.RunAsync(settings)).Checks.Count > 0);
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options with { DryRun = true })).Error);
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options)).Error);
            Assert.Equal(3, (await MigrationRunner.GetStatusAsync(settings, set.Options)).Migrations.Count);
            set.Write("0003_temporary.sql", "CREATE TEMPORARY TABLE pg_class (id int);");
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options with { AcceptChanged = true })).Error);
            await WaitForALockAsync(database, set);

            var file = Path.Combine(backups.FullName, "schema.json");
            var seeds = new SeedTable[]
            {
                new()
                {
                    Table = "public.t",
                    Key = ["id"],
                    Columns = ["id", "name"],
                },
            };
            (await SchemaExport.RunAsync(settings, new() { Seeds = seeds })).Save(file);
            Assert.True((await SchemaTest.RunAsync(settings, new() { SchemaFile = file, IncludeData = true })).Passed);

            await database.ExecuteAsync("CREATE VIEW public.seen AS SELECT id FROM public.t");
            var undo = new UndoOptions
            {
                Path = set.Path,
                BackupPath = Path.Combine(backups.FullName, "backup"),
                Force = true,
            };
            Assert.NotEmpty((await UndoRunner.PlanAsync(settings, undo)).Dependents);
            Assert.Null((await UndoRunner.RunAsync(settings, undo)).Error);
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options)).Error);
            foreach (var onConflict in Enum.GetValues<ConflictAction>().Where(action => action != ConflictAction.Fail))
            {
                var restore = new RestoreOptions { Path = undo.BackupPath, OnConflict = onConflict };
                Assert.Null((await BackupRestorer.RunAsync(settings, restore)).Error);
            }
        }
        finally
        {
            backups.Delete(recursive: true);
        }
    }

    /// <summary>A migration that waits long enough to be watched from beside.</summary>
    private static async Task WaitForALockAsync(TestDatabase database, MigrationSet set)
    {
        set.Write("0004_waits.sql", "ALTER TABLE public.t ADD COLUMN extra int;");
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE public.t", holder, transaction))
            await hold.ExecuteNonQueryAsync();
        await using var reader = await database.OpenAsync();
        await using var read = new NpgsqlCommand("TABLE public.t", reader);
        var reading = read.ExecuteScalarAsync();
        var recorded = new RecordedProgress();
        var run = MigrationRunner.RunAsync(
            database.Settings,
            set.Options with
            {
                LockTimeout = TimeSpan.FromSeconds(1),
                MaxBlocking = TimeSpan.FromSeconds(0.5),
                MaxAttempts = 1000,
                RetryTime = TimeSpan.FromMinutes(2),
            },
            recorded
        );
        await Eventually.TrueAsync(() =>
            run.IsCompleted || recorded.Messages.Any(message => message.Contains("waits for pid", StringComparison.Ordinal))
        );
        await transaction.RollbackAsync();
        Assert.Null((await run).Error);
        await reading;
        Assert.Contains(recorded.Messages, message => message.Contains("on public.t", StringComparison.Ordinal));
    }

    private static async Task<string> ReadLogAsync(SandboxServer sandbox)
    {
        await using var log = new FileStream(Path.Combine(sandbox.Folder, "log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }
}
