using System.Globalization;
using Mued.PsDb.Connections;
using Mued.PsDb.Health;
using Mued.PsDb.Metrics;
using Mued.PsDb.Migrations;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Benchmarks;

/// <summary>
/// What a morning's runbook costs at size, as whole processes of the published CLI beside psql with the same SQL: the metrics of a year over
/// a million dialogues, and the health of a database with 10,000 tables.
/// </summary>
internal static class RunbookBenchmark
{
    private const int Rounds = 5;
    private const int Days = 365;
    private const string Table = "rag_metrics_history";
    private static readonly DateOnly First = new(2025, 1, 1);

    /// <summary>Metrics: in one statement, by psql, and by a loop of days.</summary>
    /// <param name="cli">The published <c>mued-psdb</c>.</param>
    /// <param name="dialogues">How many there are.</param>
    public static async Task MetricsAsync(string cli, int dialogues)
    {
        await using var server = await SandboxServer.StartAsync(new());
        using var work = new Folder();
        var url = server.UrlOf("bench");
        await MigrateBenchmark.RecreateAsync(server, BundledFiles.SandboxBase);
        if ((await MigrationRunner.RunAsync(Settings(url), new() { Path = BundledSql.Migrations })).Error is { } error)
            throw error.ToException();
        await MigrateBenchmark.ExecuteAsync(
            url,
            "INSERT INTO users (id, clerk_id, email) SELECT md5(i::text)::uuid, i, i FROM generate_series(0, 999) AS i",
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used, created_at, citations, latency_ms, token_cost_jpy,
                    total_tokens, relevance_score, user_feedback)
                SELECT md5((i % 1000)::text)::uuid, md5((i / 5)::text)::uuid, md5(i::text), repeat(md5((i * 7)::text), 20), 'm',
                    timestamp '{{First.AddDays(-1):yyyy-MM-dd}} 15:00' + i * interval '{{Days}} days' / {{dialogues}},
                    jsonb_build_array(jsonb_build_object('source', 'doc-' || i % 500)), i % 5000, (i % 700) / 100.0, i % 3000, (i % 100) / 100.0, i % 3 - 1
                FROM generate_series(1, {{dialogues}}) AS i
                """
            ),
            "VACUUM ANALYZE"
        );
        var once = await work.WriteAsync("once.sql", Transaction(First, First.AddDays(Days - 1)));
        var days = Enumerable.Range(0, Days).Select(First.AddDays).ToList();
        var loop = await work.WriteAsync("loop.sql", string.Concat(days.Select(day => Transaction(day, day))));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Days} days over {dialogues:N0} dialogues"));
        await CompareAsync(
            () => MigrateBenchmark.ExecuteAsync(url, "TRUNCATE " + Table),
            new("mued-psdb update-metrics", cli, "update-metrics", "--url", url, "--from", Text(days[0]), "--to", Text(days[^1])),
            Psql(server, url, "psql, the same statement", once),
            Psql(server, url, "psql, a day at a time", loop)
        );
    }

    /// <summary>Health, beside psql with the same SQL.</summary>
    /// <param name="cli">The published <c>mued-psdb</c>.</param>
    /// <param name="tables">How many tables the database has.</param>
    public static async Task HealthAsync(string cli, int tables)
    {
        await using var server = await SandboxServer.StartAsync(new());
        using var work = new Folder();
        var url = server.UrlOf("bench");
        await MigrateBenchmark.RecreateAsync(server, BundledFiles.SandboxBase);
        for (var first = 0; first < tables; first += 500)
            await MigrateBenchmark.ExecuteAsync(
                url,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    DO $$ BEGIN FOR i IN {first}..{Math.Min(first + 499, tables - 1)} LOOP
                        EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text, b numeric(8,2)); CREATE INDEX ON t%s (a, b); CREATE INDEX ON t%s (lower(a))', i, i, i);
                    END LOOP; END $$
                    """
                )
            );
        await MigrateBenchmark.ExecuteAsync(url, "VACUUM ANALYZE");
        var script = await work.WriteAsync("health.sql", await HealthSqlAsync(url));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"health of {tables:N0} tables"));
        await CompareAsync(
            () => Task.CompletedTask,
            new("mued-psdb test-health", cli, "test-health", "--url", url),
            Psql(server, url, "psql, the same SQL", script)
        );
    }

    // As the command sends it: its parameters are those of a prepared statement.
    private static string Transaction(DateOnly first, DateOnly last)
    {
        var goal = SloObjectives.Default;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            BEGIN;
            {Phase2.Phase2Tables.Prepare};
            {MetricsSql.Lock};
            PREPARE days (text, date, date, boolean, numeric, numeric, numeric, numeric, numeric) AS {MetricsSql.Update};
            EXECUTE days ('{MetricsOptions.DefaultTimeZone}', '{Text(first)}', '{Text(
                last
            )}', false, {goal.CitationRate}, {goal.LatencyP50}, {goal.LatencyP95}, {goal.Cost}, {goal.Relevance});
            DEALLOCATE days;
            COMMIT;

            """
        );
    }

    private static async Task<string> HealthSqlAsync(string url)
    {
        var options = new HealthOptions();
        await using var connection = await Settings(url).OpenAsync(default);
        var reading = new HealthReading(connection, MigrationInput.ReadFolder(options.Migrations), options, default);
        var steps = reading.Parts.SelectMany(part => part.Steps).Select(step => step.Command.CommandText);
        return string.Concat(
            new[] { "BEGIN", Phase2.Phase2Tables.Prepare, SessionGuard.Up }.Concat(steps).Append("COMMIT").Select(sql => sql + ";\n")
        );
    }

    private static Contender Psql(SandboxServer server, string url, string name, string file) =>
        new(name, Path.Combine(server.BinFolder, "psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", file, url);

    // They take turns, so that what else the machine does meets each of them.
    private static async Task CompareAsync(Func<Task> prepare, params Contender[] contenders)
    {
        var runs = contenders.ToDictionary(contender => contender, _ => new List<Measured>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var contender in contenders)
                runs[contender].Add(await Measured.RunAsync(1, prepare, contender.Program, contender.Arguments));
        }

        foreach (var contender in contenders)
        {
            var measured = Measured.Median(runs[contender]);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{contender.Name, -34}{measured.Elapsed.TotalMilliseconds, 9:0} ms{measured.Fastest.TotalMilliseconds, 9:0} ms{measured.PeakBytes / 1e6, 7:0} MB"
                )
            );
        }
    }

    private static ConnectionSettings Settings(string url) => ConnectionSettings.Resolve(new() { Connection = url });

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Contender(string Name, string Program, params string[] Arguments);

    private sealed class Folder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("mued-benchmark-").FullName;

        public async Task<string> WriteAsync(string name, string text)
        {
            var file = Path.Combine(path, name);
            await File.WriteAllTextAsync(file, text);
            return file;
        }

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
