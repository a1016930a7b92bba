namespace Mued.PsDb.Tests.Plugins;

/// <summary>Endpoints of a real server that answers, and misbehaves.</summary>
public sealed class PluginTests
{
    private static readonly PluginTestOptions Local = new()
    {
        AllowLocal = true,
        Timeout = TimeSpan.FromSeconds(20),
        DegradedAfter = TimeSpan.FromSeconds(20),
    };

    [Theory]
    [InlineData("http", "/200", PluginHealth.Healthy, 200)]
    [InlineData("http", "/204", PluginHealth.Healthy, 204)]
    [InlineData("http", "/404", PluginHealth.Degraded, 404)]
    [InlineData("http", "/503", PluginHealth.Unhealthy, 503)]
    [InlineData("http", "/moved", PluginHealth.Healthy, 200)]
    [InlineData("http", "/round", PluginHealth.Unhealthy, null)]
    [InlineData("http", "/away", PluginHealth.Unhealthy, null)]
    [InlineData("http", "/close", PluginHealth.Unhealthy, null)]
    [InlineData("http", "/endless", PluginHealth.Healthy, 200)]
    [InlineData("https", "/200", PluginHealth.Unhealthy, null)] // The server speaks no TLS.
    public async Task An_endpoint_is_judged_by_its_answer(string scheme, string path, PluginHealth health, int? status)
    {
        await using var server = new PluginServer();
        await using var database = await Phase2Database.CreateAsync();
        await RegisterAsync(database, $"{scheme}://{server.Authority}{path}");

        var report = await PluginTest.RunAsync(database.Settings, Local);

        var plugin = report.Plugins.Single(item => item.Plugin.Name == "tried");
        Assert.Equal((health, status), (plugin.Health, plugin.HttpStatus));
        Assert.Equal(health != PluginHealth.Unhealthy, report.Success);
        Assert.All(report.Checks, check => Assert.Equal(RunbookStatus.Passed, check.Status));
        Assert.DoesNotContain(server.Requests, head => head.Contains("Authorization", StringComparison.OrdinalIgnoreCase));
        Assert.True(server.Sent < 64 * 1024 * 1024);
    }

    [Fact]
    public async Task No_answer_ends_with_the_time_limit_and_a_slow_one_is_degraded()
    {
        await using var server = new PluginServer();
        await using var database = await Phase2Database.CreateAsync();
        await RegisterAsync(database, $"http://{server.Authority}/hang");
        var report = await PluginTest.RunAsync(database.Settings, Local with { Timeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(PluginHealth.Unhealthy, report.Plugins.Single(item => item.Plugin.Name == "tried").Health);

        await database.ExecuteAsync($"UPDATE plugin_registry SET api_endpoint = 'http://{server.Authority}/200' WHERE name = 'tried'");
        report = await PluginTest.RunAsync(database.Settings, Local with { DegradedAfter = TimeSpan.FromTicks(1) });
        Assert.Equal(PluginHealth.Degraded, report.Plugins.Single(item => item.Plugin.Name == "tried").Health);
        Assert.True(report.Success);
    }

    [Fact]
    public async Task The_key_goes_to_its_endpoint_only_when_asked_and_the_health_is_written_only_then()
    {
        Environment.SetEnvironmentVariable("MUED_TEST_PLUGIN_KEY", "s3cret");
        await using var server = new PluginServer();
        await using var database = await Phase2Database.CreateAsync();
        await RegisterAsync(database, $"http://{server.Authority}/404", "MUED_TEST_PLUGIN_KEY");
        await PluginTest.RunAsync(database.Settings, Local);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(health_status) FROM plugin_registry"));

        var report = await PluginTest.RunAsync(database.Settings, Local with { SendKey = true, Update = true });

        Assert.Equal(
            [false, true],
            server.Requests.Select(head => head.Contains("Authorization: Bearer s3cret", StringComparison.Ordinal))
        );
        Assert.True(report.Updated);
        Assert.Equal(
            "tried degraded",
            await database.ScalarAsync<string>(
                "SELECT name || ' ' || health_status FROM plugin_registry WHERE last_health_check > now() AT TIME ZONE 'UTC' - interval '1 hour'"
            )
        );
        Assert.DoesNotContain("s3cret", System.Text.Json.JsonSerializer.Serialize(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_asked()
    {
        await using var server = new PluginServer();
        await using var database = await Phase2Database.CreateAsync();
        // Any machine knows its own name, and it is no name that looks local.
        await RegisterAsync(database, $"https://{System.Net.Dns.GetHostName()}:{server.Authority.Split(':')[1]}/200");
        var report = await PluginTest.RunAsync(database.Settings, new());
        Assert.Equal(PluginHealth.Unhealthy, report.Plugins.Single(item => item.Plugin.Name == "tried").Health);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_registry_without_the_first_plugins_fails_and_one_that_is_not_there_is_an_error()
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync("DELETE FROM plugin_registry WHERE source = 'note'");
        var report = await PluginTest.RunAsync(database.Settings, new());
        Assert.False(report.Success);
        Assert.Equal([RunbookStatus.Failed, RunbookStatus.Passed], report.Checks.Select(check => check.Status));

        await database.ExecuteAsync("DROP TABLE plugin_registry");
        Assert.Equal("Phase2Unfit", (await Assert.ThrowsAsync<MuedException>(() => PluginTest.RunAsync(database.Settings, new()))).ErrorId);
    }

    private static Task RegisterAsync(TestDatabase database, string endpoint, string? key = null) =>
        database.ExecuteAsync(
            $"""
            INSERT INTO plugin_registry (name, source, capabilities, version, api_endpoint, api_key_env_var)
            SELECT 'tried', 'tried', capabilities, '1.0.0', '{endpoint}', {(key is null ? "NULL" : $"'{key}'")} FROM plugin_registry LIMIT 1
            """
        );
}
