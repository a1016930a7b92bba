using Mued.PsDb.Connections;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Mued.PsDb.Tests.Plugins;
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
        await using var plugin = new PluginServer();
        await using var clean = await EveryCommand.CreateDatabaseAsync(server, plugin);
        await EveryCommand.RunAsync(clean);

        await using var trapped = await EveryCommand.CreateDatabaseAsync(server, plugin);
        var made = await EvilSchema.MakeAsync(trapped, await ReadLogAsync(sandbox));
        Assert.All(
            ["function", "operator", "type", "catalog"],
            what => Assert.True(made.GetValueOrDefault(what) > 10, $"{what}: {made.GetValueOrDefault(what)}")
        );
        await EveryCommand.RunAsync(trapped);
        Assert.False(await EvilSchema.WasUsedAsync(trapped));

        // It would have been.
        await trapped.ExecuteAsync("SELECT coalesce(oid, 0) = 1 FROM pg_class");
        Assert.True(await EvilSchema.WasUsedAsync(trapped));
    }

    [Fact]
    public void No_command_is_left_out_of_that() => Assert.Equal([], EveryCommand.Missing());

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

    private static async Task<string> ReadLogAsync(SandboxServer sandbox)
    {
        await using var log = new FileStream(Path.Combine(sandbox.Folder, "log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }
}
