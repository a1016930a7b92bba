using System.Net;
using Mued.PsDb.Plugins;

namespace Mued.PsDb.Tests.Plugins;

public class PluginChecksTests
{
    private const string AllFive = """{"list": true, "search": false, "filter": true, "fetch": true, "transform": false}""";

    [Theory]
    [InlineData("https://api.example.org/v1", true, true)]
    [InlineData("https://203.0.113.9/", true, true)]
    [InlineData("http://api.example.org/", false, true)]
    [InlineData("https://localhost/", false, true)]
    [InlineData("https://a.localhost./", false, true)]
    [InlineData("https://127.1.2.3/", false, true)]
    [InlineData("https://[::1]/", false, true)]
    [InlineData("https://[::ffff:127.0.0.1]/", false, true)]
    [InlineData("https://[fe80::1]/", false, true)]
    [InlineData("https://169.254.169.254/latest", false, true)] // Where clouds give their secrets.
    [InlineData("https://0.0.0.0/", false, true)]
    [InlineData("https://2130706433/", false, true)] // 127.0.0.1 as one number.
    [InlineData("/v1/list", false, false)]
    [InlineData("ftp://api.example.org/", false, false)]
    [InlineData("https://user:secret@api.example.org/", false, false)]
    public void An_endpoint_is_https_and_elsewhere(string endpoint, bool fit, bool fitWhereLocalIsAllowed)
    {
        Assert.Equal(fit, PluginChecks.EndpointFault(endpoint, allowLocal: false) is null);
        Assert.Equal(fitWhereLocalIsAllowed, PluginChecks.EndpointFault(endpoint, allowLocal: true) is null);
    }

    [Theory]
    [InlineData(AllFive, "1.0.0", null)]
    [InlineData(AllFive, "2", null)]
    [InlineData(AllFive, "1.2.3-beta.1+7", null)]
    [InlineData(AllFive, "v1", "Version")]
    [InlineData(AllFive, "1.0.", "Version")]
    [InlineData("{}", "1.0.0", "Capabilities")]
    [InlineData("[]", "1.0.0", "Capabilities")]
    [InlineData("""{"list": "true", "search": false, "filter": true, "fetch": true, "transform": false}""", "1.0.0", "Capabilities")]
    public void A_row_has_five_booleans_and_a_version(string capabilities, string version, string? failed)
    {
        var plugin = new PluginInfo("p", "s", version, Enabled: true) { CapabilitiesJson = capabilities };
        var checks = PluginChecks.Of(plugin, new(), DateTime.UtcNow);
        Assert.Equal(failed, checks.SingleOrDefault(check => check.Status == RunbookStatus.Failed)?.Name);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public void The_last_check_is_not_older_than_it_may_be(int? minutes, bool passed)
    {
        var now = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var plugin = new PluginInfo("p", "s", "1", Enabled: true)
        {
            CapabilitiesJson = AllFive,
            ApiEndpoint = "https://api.example.org/",
            LastHealthCheck = minutes is { } age ? now.AddMinutes(-age) : null,
        };
        var check = PluginChecks.Of(plugin, new() { MaxAge = TimeSpan.FromHours(1) }, now).Single(item => item.Name == "Last check");
        Assert.Equal(passed, check.Status == RunbookStatus.Passed);
    }

    [Theory]
    [InlineData("10.0.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("::", true)]
    [InlineData("127.0.0.1", true)]
    public void A_private_network_is_not_this_machine(string address, bool local) =>
        Assert.Equal(local, PluginChecks.IsLocal(IPAddress.Parse(address)));
}
