using System.Reflection;
using System.Runtime.CompilerServices;
using Mued.PsDb.Fleet;
using Mued.PsDb.Tests.Plugins;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>Every command of the engine that asks a server anything, on every connection that it opens.</summary>
internal static class EveryCommand
{
    /// <summary>A database for them, with Phase 2 and an endpoint that answers.</summary>
    public static async Task<TestDatabase> CreateDatabaseAsync(TestServer server, PluginServer plugin)
    {
        var database = await Phase2Database.CreateAsync(server);
        await database.ExecuteAsync($"UPDATE plugin_registry SET api_endpoint = 'http://{plugin.Authority}/200'");
        return database;
    }

    /// <summary>The entries of the engine that are asked with a database and that this class does not call.</summary>
    public static IEnumerable<string> Missing()
    {
        var here = File.ReadAllText(Here());
        return typeof(MigrationRunner)
            .Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method =>
                method.Name == "RunAsync" || method.GetParameters().Any(parameter => parameter.ParameterType == typeof(ConnectionSettings))
            )
            .Where(method => method.Name.EndsWith("Async", StringComparison.Ordinal))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Distinct()
            .Where(call => !here.Contains(call + "(", StringComparison.Ordinal));
    }

    /// <summary>Every command that asks a server anything, on every connection that it opens; each must do its work.</summary>
    public static async Task RunAsync(TestDatabase database)
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
            Assert.Equal(RunStatus.Planned, (await MigrationPlanner.PreviewAsync(settings, set.Options)).Status);
            Assert.Null((await MigrationPlanner.RunAsync(settings, set.Options)).Error);
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options)).Error);
            Assert.Equal(3, (await MigrationRunner.GetStatusAsync(settings, set.Options)).Migrations.Count);
            set.Write("0003_temporary.sql", "CREATE TEMPORARY TABLE pg_class (id int);");
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options with { AcceptChanged = true })).Error);
            await WaitForALockAsync(database, set);
            await TenantAsync(database, set);

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
            await CompareAsync(settings, Path.Combine(backups.FullName, "whole.json"));
            await TestMigrationAsync(settings, set);
            await ImportAsync(database);
            await BaselineAsync(database);
            await LookAtPhase2Async(settings);

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
                Assert.NotNull(await BackupRestorer.ExpectAsync(settings, restore));
                Assert.Null((await BackupRestorer.RunAsync(settings, restore)).Error);
            }
        }
        finally
        {
            backups.Delete(recursive: true);
        }
    }

    private static async Task TenantAsync(TestDatabase database, MigrationSet set)
    {
        await database.ExecuteAsync("CREATE SCHEMA tenant");
        var search = new TargetSearch { TenantSchema = "tenant" };
        var tenant = Assert.Single(await search.FindAsync([database.Settings], (_, _) => database.Settings, CancellationToken.None));
        var status = await MigrationRunner.GetStatusAsync(tenant, set.Options);
        Assert.All(status.Migrations, migration => Assert.Equal(MigrationState.Pending, migration.State));
        await database.ExecuteAsync("DROP SCHEMA tenant");
    }

    private static async Task CompareAsync(ConnectionSettings settings, string file)
    {
        (await SchemaExport.RunAsync(settings, new() { WholeDatabase = true })).Save(file);
        var options = new SchemaCompareOptions
        {
            Reference = SchemaSource.Parse(file, "/", "--reference"),
            Targets = [SchemaSource.Of(settings)],
        };
        Assert.True((await SchemaCompare.RunAsync(options)).Equal);
    }

    private static async Task TestMigrationAsync(ConnectionSettings settings, MigrationSet set)
    {
        set.Write("0005_tested.sql", "ALTER TABLE public.t ADD COLUMN tested int;");
        var report = await MigrationTest.RunAsync(settings, new() { Migrations = set.Options });
        Assert.Null(report.Error);
        Assert.NotEmpty(report.Migrations);
        File.Delete(set.FileOf("0005_tested.sql"));
    }

    private static async Task ImportAsync(TestDatabase database)
    {
        using var set = new MigrationSet(("000001_a.up.sql", "SELECT 1;"), ("000001_a.down.sql", "SELECT 1;"));
        await database.ExecuteAsync(
            """
            CREATE TABLE public.schema_migrations (version pg_catalog.int8 PRIMARY KEY, dirty pg_catalog.bool NOT NULL);
            INSERT INTO public.schema_migrations VALUES (1, false);
            """
        );
        var options = new ImportOptions
        {
            Path = set.Path,
            Layout = MigrationLayout.Pairs,
            HistoryTable = "public.imported",
        };
        var report = await HistoryImport.RunAsync(database.Settings, options);
        Assert.Equal((RunStatus.Succeeded, null), (report.Status, report.Error));
        await database.ExecuteAsync("DROP TABLE public.schema_migrations");
    }

    private static async Task BaselineAsync(TestDatabase database)
    {
        const string sql = "CREATE TABLE public.based (id pg_catalog.int4);";
        using var set = new MigrationSet(("0001_based.sql", sql));
        await database.ExecuteAsync(sql);
        var options = set.Options with { Baseline = BaselineSearch.Auto, HistoryTable = "public.baselined" };
        Assert.Equal("0001_based", (await BaselineSearch.FindAsync(database.Settings, options))?.Migration);
        Assert.Null((await BaselineSearch.RunAsync(database.Settings, options, confirm: null))!.Error);
    }

    private static async Task LookAtPhase2Async(ConnectionSettings settings)
    {
        var day = new DateOnly(2026, 10, 1);
        Assert.NotEmpty((await MetricsUpdate.RunAsync(settings, new() { From = day, To = day })).Days);
        Assert.NotEmpty((await SloTest.RunAsync(settings, new() { To = day })).Objectives);
        Assert.NotEmpty((await HealthTest.RunAsync(settings, new())).Checks);
        Assert.NotEmpty(await PluginRegistry.ReadAsync(settings));
        Assert.True((await PluginTest.RunAsync(settings, new() { AllowLocal = true, Update = true })).Success);
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

    private static string Here([CallerFilePath] string file = "") => file;
}
