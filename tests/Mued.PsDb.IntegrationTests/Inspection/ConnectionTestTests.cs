using System.Text.Json;
using Mued.PsDb.Connections;
using Mued.PsDb.Inspection;
using Mued.PsDb.Phase2;
using Mued.PsDb.Sql;
using static Mued.PsDb.Tests.Connecting;

namespace Mued.PsDb.Tests;

public sealed class ConnectionTestTests
{
    [Fact]
    public async Task A_database_with_the_base_tables_passes()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var report = await ConnectionTest.RunAsync(Settings(database.Url));

        Assert.True(report.Success, string.Join('\n', report.Checks));
        Assert.Null(report.Error);
        Assert.Matches(@"^\d+(\.\d+)*$", report.ServerVersion);
        Assert.InRange((DateTimeOffset.UtcNow - report.ServerTime!.Value).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.InRange(report.Latency!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5));
        Assert.Equal(
            (false, false, true, true, "public"),
            (report.ReadOnly, report.InRecovery, report.CanCreate, report.CanReferenceUsers, report.Schema)
        );
        Assert.Equal(["users", "materials"], report.BaseTables.Select(table => table.Name));
        Assert.All(report.BaseTables, table => Assert.True(table is { Exists: true, HasUuidKey: true, KeyType: "uuid" }));
        Assert.Equal(["materials", "users"], report.ExistingTables);
        Assert.Equal(Phase2State.Absent, report.Phase2);
        Assert.All(report.Checks, check => Assert.Null(check.Advice));
        Assert.Contains("\"latencyMs\":", JsonSerializer.Serialize(report), StringComparison.Ordinal);
    }

    [Theory, Major(14), Major(15), Major(16), Major(17), Major(18)]
    public async Task Every_supported_server_passes(int major)
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync(await TestServer.ForMajorAsync(major));
        var report = await ConnectionTest.RunAsync(Settings(database.Url));
        Assert.True(report.Success, string.Join('\n', report.Checks));
        Assert.StartsWith($"{major}.", report.ServerVersion, StringComparison.Ordinal);
        Assert.All(report.Checks, check => Assert.Equal(ConnectionCheckStatus.Passed, check.Status));
    }

    [Fact]
    public async Task Phase_2_is_absent_then_partial_then_complete()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var states = new List<Phase2State?>();
        foreach (var file in Directory.GetFiles(Repository.PathOf("sql/migrations"), "000*.sql").Order(StringComparer.Ordinal))
        {
            states.Add((await ConnectionTest.RunAsync(Settings(database.Url))).Phase2);
            await database.ExecuteAsync(await File.ReadAllTextAsync(file));
        }

        var complete = await ConnectionTest.RunAsync(Settings(database.Url));
        Assert.Equal([Phase2State.Absent, Phase2State.Partial, Phase2State.Partial, Phase2State.Complete], [.. states, complete.Phase2]);
        Assert.True(complete.Success);
        Assert.Equal(6, complete.ExistingTables.Count);

        await database.ExecuteAsync("DROP INDEX idx_plugin_name");
        var partial = await ConnectionTest.RunAsync(Settings(database.Url));
        Assert.Equal(Phase2State.Partial, partial.Phase2);
        Assert.True(partial.Success);
        Assert.Contains(partial.Checks, check => check is { Name: "Phase 2", Status: ConnectionCheckStatus.Warning, Advice: not null });
    }

    [Fact]
    public async Task Missing_base_tables_fail_with_their_names()
    {
        await using var database = await TestDatabase.CreateAsync();
        var report = await ConnectionTest.RunAsync(Settings(database.Url));
        Assert.False(report.Success);
        Assert.Null(report.Error);
        var failed = report.Checks.Where(check => check.Status == ConnectionCheckStatus.Failed).ToArray();
        Assert.Equal(["Base table users", "Base table materials"], failed.Select(check => check.Name));
        Assert.All(failed, check => Assert.NotEmpty(check.Advice!));
        Assert.Empty(report.ExistingTables);
    }

    [Fact]
    public async Task Other_migrations_than_phase_2_need_nothing_of_it()
    {
        using var set = new MigrationSet();
        set.Write("0001_note.sql", "CREATE TABLE note (id int);");
        await using var database = await TestDatabase.CreateAsync();
        var role = database.Name + "_role";
        await database.ExecuteAsync($"REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {role} LOGIN PASSWORD 'x1y2z3'");
        try
        {
            var settings = Settings(database.Url.With(user: role, password: "x1y2z3"));
            var report = await ConnectionTest.RunAsync(settings, new() { Path = set.Path, PathReason = "why" });
            Assert.Equal((true, set.Path, "why"), (report.Success, report.Path, report.PathReason));
            Assert.Equal((null, null, 0), (report.Phase2, report.CanReferenceUsers, report.BaseTables.Count));

            // It may be that they create in another schema.
            var warning = Assert.Single(report.Checks, check => check.Status == ConnectionCheckStatus.Warning);
            Assert.Equal("Create privilege", warning.Name);
        }
        finally
        {
            await database.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Theory]
    [InlineData("CREATE TABLE users (id integer PRIMARY KEY)", "BaseTableKeyType", "integer")]
    [InlineData("CREATE TABLE users (id text PRIMARY KEY)", "BaseTableKeyType", "text")]
    [InlineData("CREATE TABLE users (id uuid)", "BaseTableKeyNotUnique", "users")]
    [InlineData("CREATE TABLE users (id uuid, tenant int, PRIMARY KEY (id, tenant))", "BaseTableKeyNotUnique", "users")]
    [InlineData("CREATE TABLE users (user_id uuid PRIMARY KEY)", "BaseTableKeyMissing", "id")]
    [InlineData("CREATE VIEW users AS SELECT gen_random_uuid() AS id", "BaseTableMissing", "users")]
    [InlineData("CREATE SCHEMA other; CREATE TABLE other.users (id uuid PRIMARY KEY)", "BaseTableMissing", "users")]
    public async Task A_base_table_without_the_right_key_fails(string sql, string errorId, string named)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(sql + "; CREATE TABLE materials (id uuid PRIMARY KEY)");
        var settings = Settings(database.Url);

        var report = await ConnectionTest.RunAsync(settings);
        var failed = Assert.Single(report.Checks, check => check.Status == ConnectionCheckStatus.Failed);
        Assert.Contains(named, failed.Detail, StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<MuedException>(async () => Preflight.Ensure(await FactsAsync(settings), settings.Target));
        Assert.Equal((errorId, ExitCode.CheckFailed, failed.Detail), (error.ErrorId, error.ExitCode, error.Message));
    }

    [Fact]
    public async Task A_role_s_privileges_are_told_apart()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var role = database.Name + "_role";
        await database.ExecuteAsync($"REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {role} LOGIN PASSWORD 'x1y2z3'");
        try
        {
            var settings = Settings(database.Url.With(user: role, password: "x1y2z3"));
            Assert.Equal(["CreateForbidden", "ReferenceForbidden"], await ObstaclesAsync(settings));
            var report = await ConnectionTest.RunAsync(settings);
            Assert.Equal((false, false, false), (report.Success, report.CanCreate, report.CanReferenceUsers));

            await database.ExecuteAsync($"GRANT CREATE ON SCHEMA public TO {role}");
            Assert.Equal(["ReferenceForbidden"], await ObstaclesAsync(settings));
            await database.ExecuteAsync($"GRANT REFERENCES (id) ON users TO {role}");
            Assert.Empty(await ObstaclesAsync(settings));
            await database.ExecuteAsync($"ALTER ROLE {role} SET default_transaction_read_only = on");
            Assert.Equal(["ServerReadOnly"], await ObstaclesAsync(settings));
            Assert.True((await ConnectionTest.RunAsync(settings)).ReadOnly);

            // A role that may not even look into the schema.
            await database.ExecuteAsync($"ALTER ROLE {role} RESET ALL; REVOKE ALL ON SCHEMA public FROM PUBLIC, {role}");
            Assert.Contains("CreateForbidden", await ObstaclesAsync(settings));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Without_required_tables_only_the_server_and_the_role_are_judged()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = Settings(database.Url);
        Assert.Empty(Preflight.Obstacles(await FactsAsync(settings, []), settings.Target));
        var report = await ConnectionTest.RunAsync(settings, new() { RequiredTables = [] });
        Assert.True(report.Success, string.Join('\n', report.Checks));
    }

    [Fact]
    public async Task No_connection_is_a_report_that_failed()
    {
        var server = await TestServer.DefaultAsync();
        var report = await ConnectionTest.RunAsync(Settings(server.UrlOf("no_such_database")));
        Assert.False(report.Success);
        Assert.Equal(
            ("DatabaseNotFound", ExitCode.NoConnection, "3D000"),
            (report.Error!.ErrorId, report.Error.ExitCode, report.Error.SqlState)
        );
        var check = Assert.Single(report.Checks);
        Assert.Equal(("Connection", ConnectionCheckStatus.Failed, report.Error.Message), (check.Name, check.Status, check.Detail));
        Assert.Null(report.Phase2);
    }

    [Fact]
    public async Task Options_set_the_schema_that_is_looked_at()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "CREATE SCHEMA app; CREATE TABLE app.users (id uuid PRIMARY KEY); CREATE TABLE app.materials (id uuid PRIMARY KEY)"
        );
        var report = await ConnectionTest.RunAsync(Settings(database.Url.With(query: "options=-c%20search_path%3Dapp")));
        Assert.True(report.Success, string.Join('\n', report.Checks));
        Assert.Equal("app", report.Schema);
        Assert.Equal(["materials", "users"], report.ExistingTables);
    }

    private static async Task<string[]> ObstaclesAsync(ConnectionSettings settings) =>
        Preflight.Obstacles(await FactsAsync(settings), settings.Target).Select(obstacle => obstacle.ErrorId).ToArray();

    private static async Task<ServerFacts> FactsAsync(ConnectionSettings settings, IReadOnlyList<RequiredTable>? tables = null)
    {
        tables ??= Phase2Set.RequiredTables;
        await using var connection = await settings.OpenAsync(CancellationToken.None);
        return await connection.QueryAsync(
            [Preflight.Query(tables)],
            reader => Preflight.ReadAsync(reader, tables, CancellationToken.None),
            CancellationToken.None
        );
    }
}
