using Mued.PsDb.Sandbox;
using Mued.PsDb.Sql;
using Mued.PsDb.Tests.Plans;
using Npgsql;

namespace Mued.PsDb.Tests.Runs;

public class OwnTransactionTests
{
    [Fact]
    public async Task What_a_transaction_and_its_subtransactions_have_written_is_known_and_no_id_to_come_is_asked_for()
    {
        await using var database = await TestDatabase.CreateAsync();
        await EnsureKnownAsync(database);
    }

    // Where nobody else writes, no snapshot reaches over the ids of our own subtransactions.
    [PgResetWalFact]
    public async Task It_is_known_on_a_quiet_server_that_has_had_four_thousand_million_transactions_and_with_it_what_undos_and_plans_ask()
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } }
        );
        await ControlAsync("pg_ctl", "stop", "-m", "fast");
        await ControlAsync("pg_resetwal", "-e", "1");
        await sandbox.RestartAsync();
        using var set = new MigrationSet(
            ("0001_base.sql", "CREATE TABLE t (id int PRIMARY KEY); CREATE TYPE mood AS ENUM ('good'); ALTER TABLE t ADD m mood"),
            ("0002_a.sql", "DO $$ BEGIN ALTER TYPE mood RENAME TO mood2; EXCEPTION WHEN division_by_zero THEN END $$"),
            ("rollback_0002_a.sql", "SELECT lo_put(7001, 0, 'new'); UPDATE t SET id = -id"),
            ("0003_t.sql", "ALTER TABLE t ADD n int"),
            ("rollback_0003_t.sql", "ALTER TABLE t DROP n")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path, server: TestServer.Of(sandbox));
        await EnsureKnownAsync(scene.Database);
        await scene.Database.ExecuteAsync("SELECT lo_from_bytea(7001, 'old')");
        Assert.Null((await MigrationRunner.RunAsync(scene.Settings, set.Options with { Target = "1" })).Error);
        var plan = await PlanTests.PlanAsync(scene.Database, set.Options);
        Assert.Null((await MigrationRunner.RunAsync(scene.Settings, set.Options.HeldTo(plan))).Error);
        Assert.Equal(
            2,
            await scene.Database.ScalarAsync<int>("SELECT cardinality(transaction_ids) FROM mued_schema_history WHERE migration = '0002_a'")
        );

        await scene.Database.ExecuteAsync("INSERT INTO t SELECT generate_series(1, 100001)");
        var undo = await scene.UndoneAsync(scene.Options with { Target = "1" });
        Assert.Equal(1, undo.LargeObjects?.Count);
        Assert.Equal(
            1,
            await scene.Database.ScalarAsync<int>("SELECT cardinality(transactions) FROM mued_schema_history_undone WHERE table_name = 't'")
        );

        async Task ControlAsync(string program, params string[] arguments)
        {
            var (exitCode, output, error) = await ChildProcess.RunAsync(
                ServerAccount.Current.Wrap([
                    Path.Combine(sandbox.BinFolder, program),
                    "-D",
                    Path.Combine(sandbox.Folder, "data"),
                    .. arguments,
                ]),
                Path.GetTempPath(),
                CancellationToken.None
            );
            Assert.True(exitCode == 0, output + error);
        }
    }

    private static async Task EnsureKnownAsync(TestDatabase database)
    {
        await database.ExecuteAsync("CREATE TABLE own (name text); INSERT INTO own VALUES ('other')");
        await using var connection = await database.OpenAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("BEGIN"),
                new("INSERT INTO own VALUES ('own')"),
                new("DO $$ BEGIN INSERT INTO own VALUES ('part'); EXCEPTION WHEN division_by_zero THEN END $$"),
                OwnTransaction.ReachOver.Command,
                new($"SELECT string_agg(name, ' ' ORDER BY name) FROM own WHERE {OwnTransaction.Wrote}"),
            },
        };
        Assert.Equal("own part", await batch.ExecuteScalarAsync());

        // As a row that was frozen an epoch ago, whose id comes again in a while.
        await using var frozen = new NpgsqlCommand(
            $"SELECT count(*) FROM (SELECT (pg_current_xact_id()::text::bigint % 4294967296 + 5000000)::text::xid) AS r (xmin) WHERE {OwnTransaction.Wrote}",
            connection
        );
        await frozen.ExecuteScalarAsync();
    }
}
