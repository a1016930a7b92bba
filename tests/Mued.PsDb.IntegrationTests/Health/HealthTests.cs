namespace Mued.PsDb.Tests.Health;

/// <summary>Each thing that a check looks for is found when it is there, and not before.</summary>
public sealed class HealthTests(HealthServerFixture server) : IClassFixture<HealthServerFixture>
{
    [Theory]
    [InlineData("Connections", "Connections=0.5", RunbookStatus.Failed)]
    [InlineData("TransactionAge", "TransactionAge=0", RunbookStatus.Failed)]
    [InlineData("IdleInTransaction", "IdleInTransaction=0", RunbookStatus.Failed)]
    [InlineData("QueryAge", "QueryAge=0", RunbookStatus.Warning)]
    [InlineData("LockWait", "LockWait=0", RunbookStatus.Failed)]
    [InlineData("PreparedTransactions", "PreparedTransactions=0", RunbookStatus.Failed)]
    [InlineData("InvalidIndexes", null, RunbookStatus.Failed)]
    [InlineData("UnvalidatedConstraints", null, RunbookStatus.Warning)]
    [InlineData("DisabledTriggers", null, RunbookStatus.Warning)]
    [InlineData("Sequences", null, RunbookStatus.Failed)]
    [InlineData("IntegerKeys", null, RunbookStatus.Failed)]
    [InlineData("TransactionIds", "TransactionIds=0.1", RunbookStatus.Failed)]
    [InlineData("MultixactIds", "MultixactIds=0", RunbookStatus.Failed)]
    [InlineData("DeadRows", null, RunbookStatus.Warning)]
    [InlineData("DuplicateIndexes", null, RunbookStatus.Warning)]
    [InlineData("UnusedIndexes", "UnusedIndexes=0", RunbookStatus.Warning)]
    [InlineData("Growth", "Growth=5", RunbookStatus.Warning)]
    [InlineData("ReplicationLag", "ReplicationLag=0", RunbookStatus.Failed)]
    [InlineData("ReplicationSlots", "ReplicationSlots=0", RunbookStatus.Failed)]
    [InlineData("Collations", null, RunbookStatus.Failed)]
    [InlineData("CacheHitRate", "CacheHitRate=100", RunbookStatus.Warning)]
    [InlineData("PendingMigrations", null, RunbookStatus.Warning)]
    public async Task What_happens_is_found_and_absent_before(string name, string? limit, RunbookStatus status)
    {
        await using var database = await TestDatabase.CreateAsync(server.Server);
        using var folder = new MigrationSet(("0001_t.sql", "CREATE TABLE t (id serial PRIMARY KEY, word text);"));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, folder.Options)).Error);
        var earlier = folder.FileOf("earlier.json");
        var options = new HealthOptions { Migrations = folder.Options };
        var quiet = await HealthTest.RunAsync(database.Settings, options);
        ReportFile.Write(earlier, ReportDocument.From(quiet));
        Assert.True(quiet.Success);
        Assert.DoesNotContain(quiet.Checks, check => check.Status != RunbookStatus.Passed && check.Name != "CacheHitRate");

        await using var scene = new HealthScene(database);
        await scene.ProvokeAsync(name);
        options = new()
        {
            Limits = HealthLimits.Read(limit is null ? [] : [limit]),
            Since = earlier,
            Migrations = name == "PendingMigrations" ? new HealthOptions().Migrations : options.Migrations,
        };

        // What is counted is told to the collector of statistics a moment later.
        HealthCheck found = null!;
        await Eventually.TrueAsync(async () =>
        {
            found = (await HealthTest.RunAsync(database.Settings, options)).Checks.Single(check => check.Name == name);
            return found.Status != RunbookStatus.Passed && found.Status != RunbookStatus.Unknown;
        });
        Assert.Equal(status, found.Status);
        Assert.NotEmpty(found.Items);
        Assert.NotNull(found.Value);
        Assert.NotNull(found.Advice);
    }

    [Fact]
    public async Task A_key_without_a_sequence_is_judged_by_its_statistics()
    {
        await using var database = await TestDatabase.CreateAsync(server.Server);
        await database.ExecuteAsync(
            "CREATE TABLE k (id integer PRIMARY KEY); INSERT INTO k SELECT 2000000000 + n FROM generate_series(1, 300) AS n; ANALYZE k"
        );
        Assert.Equal(RunbookStatus.Failed, (await CheckAsync(database, "IntegerKeys")).Status);
    }

    [Fact]
    public async Task Phase2_is_healthy_but_for_its_index_that_is_there_twice()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync(server.Server);
        await MigrationRunner.RunAsync(database.Settings, new() { Path = BundledSql.Migrations });
        var report = await HealthTest.RunAsync(database.Settings, new());
        Assert.True(report.Success);
        Assert.Contains(
            "public.idx_plugin_name",
            report.Checks.Single(check => check.Status == RunbookStatus.Warning).Detail,
            StringComparison.Ordinal
        );
        Assert.Equal("DuplicateIndexes", report.Checks.Single(check => check.Status == RunbookStatus.Warning).Name);

        await database.ExecuteAsync("UPDATE mued_schema_history SET sql_sha256 = repeat('0', 64) WHERE version = '0007'");
        Assert.Equal(RunbookStatus.Failed, (await CheckAsync(database, "PendingMigrations", new())).Status);
    }

    [Theory, Major(14), Major(15), Major(16), Major(17), Major(18)]
    public async Task Every_major_answers_everything_in_one_round_trip(int major)
    {
        await using var database = await Phase2Database.CreateAsync(await TestServer.ForMajorAsync(major));
        await using var proxy = FaultProxy.Start(database.Url);
        await ConnectAsync(proxy.Url);
        var connecting = proxy.RoundTrips;
        proxy.ResetCounts();

        var report = await HealthTest.RunAsync(TestConnection.SettingsFor(proxy.Url), new());

        Assert.Equal(connecting + 1, proxy.RoundTrips);
        Assert.StartsWith(
            major.ToString(System.Globalization.CultureInfo.InvariantCulture),
            report.ServerVersion,
            StringComparison.Ordinal
        );
        Assert.All(
            report.Checks,
            check => Assert.True(check.Status != RunbookStatus.Unknown || check.Name == "CacheHitRate", check.Detail)
        );
        Assert.True(report.Size!.Bytes > 0 && report.Size.Tables.Count > 0);
    }

    [Fact]
    public async Task It_waits_for_no_table_and_no_sequence_that_somebody_has_locked()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync(server.Server);
        await MigrationRunner.RunAsync(database.Settings, new() { Path = BundledSql.Migrations });
        await database.ExecuteAsync(
            "CREATE TABLE t (id serial PRIMARY KEY, word text); CREATE INDEX by_word ON t (lower(word)) WHERE id > 1"
        );
        await using var holder = await database.OpenAsync();
        await using var locks = new Npgsql.NpgsqlCommand(
            "BEGIN; TRUNCATE t RESTART IDENTITY; LOCK TABLE ai_dialogue_log, plugin_registry, mued_schema_history IN ACCESS EXCLUSIVE MODE",
            holder
        );
        await locks.ExecuteNonQueryAsync();

        var report = await HealthTest.RunAsync(database.Settings, new());

        Assert.Equal(
            ["PendingMigrations", "Sequences"],
            report
                .Checks.Where(check => check.Status == RunbookStatus.Unknown && check.Name != "CacheHitRate" && check.Name != "IntegerKeys")
                .Select(check => check.Name)
                .Order()
        );
        Assert.Null(report.Checks.Single(check => check.Name == "Sequences").MissingGrant);
    }

    [Fact]
    public async Task A_role_that_may_not_see_is_told_the_grant_that_it_lacks()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync(server.Server);
        await MigrationRunner.RunAsync(database.Settings, new() { Path = BundledSql.Migrations });
        await database.ExecuteAsync("CREATE ROLE health_reader LOGIN PASSWORD 'x'; CREATE SEQUENCE s");
        try
        {
            await using var other = await database.OpenAsync();
            var reader = database.Settings.WithCredential("health_reader", "x");
            var hidden = (await HealthTest.RunAsync(reader, new())).Checks.Where(check => check.Status == RunbookStatus.Unknown).ToList();
            Assert.Equal(
                ["IdleInTransaction", "PendingMigrations", "QueryAge", "Sequences", "TransactionAge"],
                hidden.Select(check => check.Name).Where(name => name != "CacheHitRate").Order()
            );
            while (hidden.Select(check => check.MissingGrant).OfType<string>().Distinct().ToList() is { Count: > 0 } grants)
            {
                await database.ExecuteAsync(string.Join(';', grants));
                hidden = [.. (await HealthTest.RunAsync(reader, new())).Checks.Where(check => check.Status == RunbookStatus.Unknown)];
            }

            Assert.DoesNotContain(hidden, check => check.Name != "CacheHitRate");
        }
        finally
        {
            await database.ExecuteAsync("DROP OWNED BY health_reader; DROP ROLE health_reader");
        }
    }

    [Fact]
    public async Task A_Neon_compute_tells_what_it_is()
    {
        await using var database = await TestDatabase.CreateAsync(server.Server);
        Assert.Null((await HealthTest.RunAsync(database.Settings, new())).Neon);
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET neon.endpoint_id = 'ep-quiet-sky-123456'");
        var neon = (await HealthTest.RunAsync(database.Settings, new())).Neon!;
        Assert.Equal(("ep-quiet-sky-123456", false), (neon.Endpoint, neon.Pooled));
    }

    [Theory]
    [InlineData("LimitUnknown", "NoSuchCheck=1", null)]
    [InlineData("NotANumber", "Connections=many", null)]
    [InlineData("HealthSinceUnreadable", null, "no-such-report.json")]
    [InlineData("HealthSinceUnreadable", null, "{}")]
    [InlineData("HealthSinceOther", null, """{ "target": "a@b:1/other" }""")]
    public async Task Bad_input_is_refused(string errorId, string? limit, string? since)
    {
        using var folder = new MigrationSet();
        var file = folder.FileOf("since.json");
        await File.WriteAllTextAsync(file, since);
        var error = await Assert.ThrowsAsync<MuedException>(() =>
            HealthTest.RunAsync(
                TestConnection.SettingsFor(server.Server.Url),
                new() { Limits = HealthLimits.Read(limit is null ? [] : [limit]), Since = since?[0] == '{' ? file : since }
            )
        );
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    private static async Task ConnectAsync(string url)
    {
        await using var connection = TestConnection.SettingsFor(url).CreateConnection();
        await connection.OpenAsync();
    }

    private static async Task<HealthCheck> CheckAsync(TestDatabase database, string name, HealthOptions? options = null) =>
        (await HealthTest.RunAsync(database.Settings, options ?? new())).Checks.Single(check => check.Name == name);
}
