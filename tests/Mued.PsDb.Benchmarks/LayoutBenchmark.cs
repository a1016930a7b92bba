using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Tests;

namespace Mued.PsDb.Benchmarks;

/// <summary>Folders of 5,000 migrations of each layout: recognised, read and planned against an empty database.</summary>
internal static class LayoutBenchmark
{
    private const int Files = 5_000;
    private const int Rounds = 3;

    public static async Task RunAsync()
    {
        await using var server = await SandboxServer.StartAsync(new());
        var settings = ConnectionSettings.Resolve(new() { Connection = server.Url });
        Console.WriteLine($"{Files} migrations with their way back, median of {Rounds} [2 s]");
        foreach (var layout in LayoutFolder.All)
        {
            using var set = new MigrationSet();
            for (var version = 1; version <= Files; version++)
            {
                var up =
                    $"CREATE TABLE t{version} (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x');\nCREATE INDEX ON t{version} (name);\n";

                // The journal of drizzle is written anew with each file: it is enough to do so with the last.
                var each = layout == MigrationLayout.Drizzle && version < Files ? MigrationLayout.Plain : layout;
                LayoutFolder.Write(set, each, version, up, $"DROP TABLE t{version};");
            }

            var times = new List<TimeSpan>();
            for (var round = 0; round < Rounds; round++)
            {
                var clock = Stopwatch.StartNew();
                var plan = await MigrationRunner.PlanAsync(settings, set.Options, rehearse: false, null, CancellationToken.None);
                times.Add(clock.Elapsed);
                if (plan.Migrations.Count != Files)
                    throw new InvalidOperationException($"{layout}: {plan.Migrations.Count} migrations were planned.");
            }

            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{layout, -15}{times.Order().ElementAt(Rounds / 2).TotalMilliseconds, 7:0} ms")
            );
        }
    }
}
