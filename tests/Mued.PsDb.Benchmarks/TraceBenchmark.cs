using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Connections;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Mued.PsDb.Tracing;
using Npgsql;

namespace Mued.PsDb.Benchmarks;

/// <summary>What tracing costs: a statement at 10,000 tables, with and without; and a test of 200 files, the sandbox included.</summary>
internal static class TraceBenchmark
{
    private const int Tables = 10_000;
    private const int Statements = 200;
    private const int Files = 200;

    public static async Task RunAsync()
    {
        await using var server = await SandboxServer.StartAsync(new());
        var settings = ConnectionSettings.Resolve(new() { Connection = server.Url });
        Console.WriteLine($"PostgreSQL {server.ServerVersion}, target in brackets");
        await StatementsAsync(settings);
        await FilesAsync();
    }

    private static async Task StatementsAsync(ConnectionSettings settings)
    {
        await using var connection = await settings.OpenAsync(default);
        for (var first = 0; first < Tables; first += 500)
            await ExecuteAsync(
                connection,
                $"DO $$ BEGIN FOR i IN {first}..{first + 499} LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a text, b int, c int, d int)', i); END LOOP; END $$"
            );
        var text = string.Join('\n', Enumerable.Range(0, Statements).Select(i => $"ALTER TABLE t{i % 20} ADD COLUMN x{i} int;"));
        var script = SqlScript.Parse(text, "benchmark.sql");

        await ExecuteAsync(connection, "BEGIN");
        var clock = Stopwatch.StartNew();
        await connection.ExecuteAsync(script.Statements.Select(statement => BatchStep.Unguarded(script.TextOf(statement))), default);
        var plain = clock.Elapsed;
        await ExecuteAsync(connection, "ROLLBACK");

        var tracer = new StatementTracer(connection, new Dictionary<ObjectName, RelationSize>());
        clock.Restart();
        await tracer.BeginAsync([], default);
        Print($"look at {Tables:N0} tables, once", clock.Elapsed, "");
        clock.Restart();
        await tracer.RunAsync(new ScriptPart(script, "benchmark"), (["BEGIN"], ["ROLLBACK"]), [], default);
        Print("tracing a statement", (clock.Elapsed - plain) / Statements, "[5 ms; one round trip a file]");
    }

    private static async Task FilesAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mued-trace-");
        for (var i = 0; i < Files; i++)
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, $"{i:0000}_file.sql"),
                $"CREATE TABLE f{i} (id bigint PRIMARY KEY, n int);\nCREATE INDEX ON f{i} (n);\nALTER TABLE f{i} ADD CHECK (n > 0);"
            );
        var clock = Stopwatch.StartNew();
        var report = await MigrationTest.RunAsync(null, new() { Migrations = new() { Path = folder.FullName } });
        Print($"{report.Migrations.Count} files in a sandbox", clock.Elapsed, "[10 s]");
        folder.Delete(recursive: true);
    }

    private static void Print(string what, TimeSpan time, string target) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what, -34} {time.TotalMilliseconds, 8:0.0} ms  {target}"));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
