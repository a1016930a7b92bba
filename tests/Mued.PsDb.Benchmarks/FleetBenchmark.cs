using System.Globalization;
using Mued.PsDb.Tests;

namespace Mued.PsDb.Benchmarks;

/// <summary>
/// Many databases of one server: all in one process of the published CLI, beside a loop of one process each and, where a pwsh is named,
/// ForEach-Object -Parallel with the module; as many tenants of one database, a schema each; and 200 databases at 50 ms round trip.
/// </summary>
internal static class FleetBenchmark
{
    private const int Many = 1000;
    private const int Distant = 200;
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    /// <summary>Prints the table.</summary>
    /// <param name="cli">The published program.</param>
    /// <param name="module">The staged module and the command of a pwsh, to compare with; empty for neither.</param>
    public static async Task RunAsync(string cli, string[] module)
    {
        await using var server = await SandboxServer.StartAsync(new());

        await MigrateBenchmark.RecreateAsync(server, BundledFiles.SandboxBase, "base");
        Console.WriteLine($"{"", -52}{"time", 10}{"peak", 10}");

        string[] fleet = ["migrate", "--url", server.UrlOf("postgres"), "--database", "fleet_*"];
        await CompareAsync(server, $"{Many:N0} databases: one process", cli, fleet);
        var each = $"for i in $(seq 1 {Many}); do '{cli}' migrate --url '{server.UrlOf("fleet_")}'$i >/dev/null || exit 1; done";
        await CompareAsync(server, $"{Many:N0} databases: a process each", "sh", "-c", each);
        if (module is [var folder, var program, .. var arguments])
        {
            var script =
                $"1..{Many} | ForEach-Object -ThrottleLimit 8 -Parallel {{ Import-Module '{folder}'; "
                + $"$null = Invoke-MuedMigration ('{server.UrlOf("fleet_")}' + $_) -ErrorAction Stop }}";
            string[] command = [.. arguments, "-NoProfile", "-NonInteractive", "-Command", script];
            await CompareAsync(server, $"{Many:N0} databases: ForEach-Object -Parallel", program, command);
        }

        await MigrateTenantsAsync(server, cli);
        await RecreateAsync(server, Distant);
        await using var proxy = FaultProxy.Start(server.UrlOf("postgres"), new() { Delay = OneWay });
        fleet = ["migrate", "--url", proxy.Url, "--database", "fleet_*", "--throttle-limit", "32"];
        Print($"{Distant} databases, 50 ms round trip, 32 at a time", await Measured.RunAsync(1, () => Task.CompletedTask, cli, fleet));
        Print("again, nothing to do", await Measured.RunAsync(1, () => Task.CompletedTask, cli, fleet));
    }

    private static async Task MigrateTenantsAsync(SandboxServer server, string cli)
    {
        var folder = Directory.CreateTempSubdirectory("mued-benchmark-").FullName;
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "0001_user.sql"),
                "CREATE TABLE account (id int PRIMARY KEY, name text NOT NULL);"
            );
            await File.WriteAllTextAsync(
                Path.Combine(folder, "0002_order.sql"),
                "CREATE TABLE purchase (id int PRIMARY KEY, account int REFERENCES account); CREATE INDEX ON purchase (account);"
            );
            await File.WriteAllTextAsync(
                Path.Combine(folder, "0003_sums.sql"),
                "CREATE VIEW purchases AS SELECT account, count(*) FROM purchase GROUP BY account;"
            );
            var schemas = string.Concat(Enumerable.Range(1, Many).Select(number => $"CREATE SCHEMA tenant_{number};"));
            string[] fleet = ["migrate", "--url", server.UrlOf("bench"), "--tenant-schema", "tenant_*", "--path", folder];
            var title = $"{Many:N0} tenants of one database, three files each";
            Print(title, await Measured.RunAsync(1, () => MigrateBenchmark.RecreateAsync(server, schemas), cli, fleet));
            Print("again, nothing to do", await Measured.RunAsync(1, () => Task.CompletedTask, cli, fleet));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(SandboxServer server, string title, string program, params string[] arguments)
    {
        Print(title, await Measured.RunAsync(1, () => RecreateAsync(server, Many), program, arguments));
        Print("again, nothing to do", await Measured.RunAsync(1, () => Task.CompletedTask, program, arguments));
    }

    private static async Task RecreateAsync(SandboxServer server, int count)
    {
        for (var i = 1; i <= Many; i++)
        {
            await MigrateBenchmark.ExecuteAsync(server.UrlOf("postgres"), $"DROP DATABASE IF EXISTS fleet_{i}");
            if (i <= count)
                await MigrateBenchmark.ExecuteAsync(server.UrlOf("postgres"), $"CREATE DATABASE fleet_{i} TEMPLATE base");
        }
    }

    private static void Print(string title, Measured measured) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{title, -52}{measured.Elapsed.TotalSeconds, 8:N1} s{measured.PeakBytes / 1048576.0, 7:N0} MB"
            )
        );
}
