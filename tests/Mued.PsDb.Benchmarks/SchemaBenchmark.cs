using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Connections;
using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Benchmarks;

/// <summary>Snapshot and comparison: of Phase 2 in a warm process, and of databases of 1,000 and 10,000 tables.</summary>
internal static class SchemaBenchmark
{
    private const int Rounds = 50;

    public static async Task RunAsync()
    {
        await using var server = await SandboxServer.StartAsync(new());
        var settings = ConnectionSettings.Resolve(new() { Connection = server.Url });
        Console.WriteLine($"PostgreSQL {server.ServerVersion}, target in brackets");
        Console.WriteLine($"{"", -34} {"read", 9} {"compare", 9} {"total", 9} {"peak", 9}");
        await Phase2Async(settings.WithDatabase(await DatabaseAsync(settings, "phase2")));
        foreach (var tables in new[] { 1_000, 10_000 })
        {
            await ManyTablesAsync(settings.WithDatabase(await DatabaseAsync(settings, $"tables_{tables}")), tables);
        }
    }

    private static async Task Phase2Async(ConnectionSettings settings)
    {
        await ExecuteAsync(settings, BundledFiles.SandboxBase);
        await MigrationRunner.RunAsync(settings, new() { Path = BundledSql.Migrations });
        var expected = SnapshotFile.Load(BundledSql.ExpectedSchema);
        await using var connection = await settings.OpenAsync(default);
        var times = new List<(TimeSpan Read, TimeSpan Compare)>();
        var checks = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            var actual = await SchemaReader.ReadAsync(connection, SchemaQuery.For(expected), default);
            var read = clock.Elapsed;
            checks = SchemaComparer.Compare(expected, actual, strict: true).Count(check => check.Status == CheckStatus.Passed);
            times.Add((read, clock.Elapsed - read));
        }

        times.Sort((a, b) => (a.Read + a.Compare).CompareTo(b.Read + b.Compare));
        Print($"Phase 2, {checks} checks, median of {Rounds}", times[Rounds / 2].Read, times[Rounds / 2].Compare, "[30 ms, 1 round trip]");
        Print("Phase 2, best", times[0].Read, times[0].Compare, "");
    }

    private static async Task ManyTablesAsync(ConnectionSettings settings, int tables)
    {
        // A transaction that locks all the tables at once would need a larger lock table.
        for (var first = 0; first < tables; first += 500)
        {
            await ExecuteAsync(
                settings,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    DO $$
                    BEGIN
                        FOR i IN {first}..{first + 499} LOOP
                            EXECUTE format('CREATE TABLE t%s (id integer NOT NULL, a text DEFAULT %L, b numeric(8,2), c timestamptz DEFAULT now(), d jsonb)', i, 'x');
                            EXECUTE format('CREATE INDEX i%s_a ON t%s (a, b DESC)', i, i);
                            EXECUTE format('GRANT SELECT ON t%s TO pg_monitor', i);
                            EXECUTE format('CREATE UNIQUE INDEX i%s_b ON t%s (id) WHERE b > 0', i, i);
                        END LOOP;
                    END
                    $$
                    """
                )
            );
        }

        await using var connection = await settings.OpenAsync(default);
        var scope = SchemaScope.OfSchemas("public") with { Owners = true, Privileges = true };
        // The second reading is measured: the first fills the server's caches.
        var expected = await SchemaReader.ReadAsync(connection, scope, default);
        var clock = Stopwatch.StartNew();
        var actual = await SchemaReader.ReadAsync(connection, scope, default);
        var read = clock.Elapsed;
        var checks = SchemaComparer.Compare(expected, actual, strict: true);
        Print(
            string.Create(CultureInfo.InvariantCulture, $"{tables:N0} tables, {checks.Count:N0} checks, grants and owners"),
            read,
            clock.Elapsed - read,
            tables == 10_000 ? "[4 s, 300 MB]" : ""
        );
        if (checks.Any(check => check.Status != CheckStatus.Passed))
            throw new InvalidOperationException("A schema differs from itself.");
    }

    private static void Print(string what, TimeSpan read, TimeSpan compare, string target)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what, -34} {read.TotalMilliseconds, 6:0.0} ms {compare.TotalMilliseconds, 6:0.0} ms "
            )
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(read + compare).TotalMilliseconds, 6:0.0} ms {process.PeakWorkingSet64 / 1e6, 6:0} MB  {target}"
                )
        );
    }

    private static async Task<string> DatabaseAsync(ConnectionSettings settings, string name)
    {
        await ExecuteAsync(settings, $"CREATE DATABASE {name}");
        return name;
    }

    private static async Task ExecuteAsync(ConnectionSettings settings, string sql)
    {
        await using var connection = await settings.OpenAsync(default);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
