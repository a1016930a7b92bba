using System.Globalization;
using Npgsql;

namespace Mued.PsDb.Benchmarks;

/// <summary>
/// Undo with its backup and restore as whole processes of the published CLI, beside <c>pg_dump -Fc --data-only</c> and <c>pg_restore</c>
/// of the same tables
/// on the same server; what a thousand objects made by hand add to both; and the storage that Phase 2 takes.
/// </summary>
internal static class BackupBenchmark
{
    private static readonly string[] Tables = ["ai_dialogue_log", "provenance", "rag_metrics_history", "plugin_registry"];

    /// <summary>Prints the tables.</summary>
    public static async Task RunAsync(string cli, int dialogues)
    {
        await using var server = await SandboxServer.StartAsync(new());
        var url = server.UrlOf("bench");
        var work = Directory.CreateTempSubdirectory("mued-benchmark-").FullName;
        try
        {
            await PrintStorageAsync(server, url);
            await PrintObjectsAsync(cli, server, url, work);
            await PrepareAsync(server, url, dialogues);
            var bytes = await ScalarAsync<long>(
                url,
                $"SELECT sum(pg_table_size(t::regclass))::bigint FROM unnest(ARRAY['{string.Join("', '", Tables)}']) AS t"
            );
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dialogues:N0} dialogues, {bytes / 1e6:N0} MB of tables"));
            Console.WriteLine($"{"", -44}{"time", 10}{"fastest", 10}{"MB/s", 10}{"peak", 10}{"on disk", 10}");
            string[] named = [.. Tables.SelectMany(table => new[] { "-t", "public." + table })];
            var dump = Path.Combine(work, "dump");
            Print(
                "pg_dump -Fc --data-only",
                bytes,
                await Measured.RunAsync(
                    1,
                    Nothing,
                    Path.Combine(server.BinFolder, "pg_dump"),
                    ["-Fc", "--data-only", .. named, "-f", dump, url]
                ),
                () => new FileInfo(dump).Length
            );

            var backup = Path.Combine(work, "backup");
            Print(
                "undo: copy, verify, drop",
                bytes,
                await Measured.RunAsync(1, Nothing, cli, ["undo", "--url", url, "--force", "--backup-path", backup]),
                () => new DirectoryInfo(backup).EnumerateFiles().Sum(file => file.Length)
            );

            await MigrateAsync(url);
            var emptied = () => ExecuteAsync(url, $"TRUNCATE {string.Join(", ", Tables)}", "CHECKPOINT");
            var (theirs, ours) = (new List<Measured>(), new List<Measured>());

            // In turns, so that whatever else the machine does falls on both.
            for (var round = 0; round < 5; round++)
            {
                theirs.Add(await Measured.RunAsync(1, emptied, Path.Combine(server.BinFolder, "pg_restore"), ["-d", url, "-1", dump]));
                ours.Add(await Measured.RunAsync(1, emptied, cli, ["restore", "--url", url, "--backup-path", backup]));
            }

            Print("pg_restore", bytes, Measured.Median(theirs));
            Print("restore", bytes, Measured.Median(ours));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task PrintStorageAsync(SandboxServer server, string url)
    {
        Console.WriteLine($"{"storage of Phase 2", -44}{"tables", 12}{"and indexes", 12}");
        foreach (var dialogues in new[] { 0, 1_000, 10_000 })
        {
            await PrepareAsync(server, url, dialogues);
            await using var connection = Settings(url).CreateConnection();
            await connection.OpenAsync();
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new(
                        $"SELECT sum(pg_table_size(t::regclass))::bigint, sum(pg_total_relation_size(t::regclass))::bigint FROM unnest(ARRAY['{string.Join("', '", Tables)}']) AS t"
                    ),
                },
            };
            await using var reader = await batch.ExecuteReaderAsync();
            await reader.ReadAsync();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{$"{dialogues:N0} dialogues", -44}{reader.GetInt64(0) / 1024.0, 9:N0} kB{reader.GetInt64(1) / 1024.0, 9:N0} kB"
                )
            );
        }
    }

    /// <summary>Undo and restore of a few rows, with nothing made by hand and with many objects, beside psql making the same objects.</summary>
    private static async Task PrintObjectsAsync(string cli, SandboxServer server, string url, string work)
    {
        const int rounds = 5;
        Console.WriteLine($"{"objects made by hand", -44}{"undo", 10}{"restore", 10}{"psql -1", 10}");
        var file = Path.Combine(work, "by_hand.sql");
        foreach (var objects in new[] { 0, 1_000 })
        {
            await File.WriteAllTextAsync(file, string.Join('\n', Enumerable.Range(0, objects).Select(ByHand)));
            var (undo, restore, psql) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
            for (var round = 0; round < rounds; round++)
            {
                var backup = Path.Combine(work, $"{objects}-{round}");
                await PrepareAsync(server, url, 100);
                psql.Add(await Measured.RunAsync(1, Nothing, Path.Combine(server.BinFolder, "psql"), ["-q", "-1", "-f", file, url]));
                undo.Add(await Measured.RunAsync(1, Nothing, cli, ["undo", "--url", url, "--force", "--backup-path", backup]));
                await MigrateAsync(url);
                restore.Add(await Measured.RunAsync(1, Nothing, cli, ["restore", "--url", url, "--backup-path", backup]));
            }

            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{objects, -44:N0}{Seconds(undo), 8:0.00} s{Seconds(restore), 8:0.00} s{Seconds(psql), 8:0.00} s"
                )
            );
        }

        static double Seconds(IEnumerable<Measured> runs) => Measured.Median(runs).Elapsed.TotalSeconds;

        static string ByHand(int i) =>
            (i % 4) switch
            {
                0 => $"CREATE INDEX by_hand_{i} ON provenance (content_id, ({i}));",
                1 =>
                    $"CREATE TRIGGER by_hand_{i} AFTER UPDATE ON plugin_registry FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();",
                2 => $"CREATE POLICY by_hand_{i} ON ai_dialogue_log USING (latency_ms > {i});",
                _ => $"ALTER TABLE rag_metrics_history ADD CONSTRAINT by_hand_{i} CHECK (total_queries <> -{i});",
            };
    }

    /// <summary>A fresh database with Phase 2, so many dialogues of about one kilobyte, and a row of provenance for each.</summary>
    private static async Task PrepareAsync(SandboxServer server, string url, int dialogues)
    {
        await ExecuteAsync(server.Url, "DROP DATABASE IF EXISTS bench WITH (FORCE)");
        await ExecuteAsync(server.Url, "CREATE DATABASE bench");
        var script = SqlScript.Parse(BundledFiles.SandboxBase, "base.sql");
        foreach (var statement in script.Statements)
            await ExecuteAsync(url, script.TextOf(statement));
        await MigrateAsync(url);
        if (dialogues == 0)
            return;
        var count = dialogues.ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(
            url,
            "INSERT INTO users (id, clerk_id, email) SELECT md5(i::text)::uuid, 'c' || i, 'e' || i FROM generate_series(0, 999) AS i"
        );
        await ExecuteAsync(
            url,
            $$"""
            INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used, created_at, citations, latency_ms, token_cost_jpy, citation_rate,
                prompt_tokens, completion_tokens, total_tokens, relevance_score, user_feedback)
            SELECT md5((i % 1000)::text)::uuid, md5('s' || i / 5)::uuid, 'How does the ' || md5(i::text) || ' work, and what would change if it did not?',
                (SELECT string_agg((ARRAY['learning', 'is', 'the', 'process', 'of', 'acquiring', 'new', 'understanding', 'knowledge', 'behaviours', 'skills', 'values', 'attitudes', 'and', 'preferences'])[(i * 7 + j * j) % 15 + 1]
                    || substr(md5((i + j)::text), 1, j % 3), ' ') FROM generate_series(1, 90) AS j),
                'model-' || i % 3, timestamp '2026-01-01' + i * interval '1 second', jsonb_build_array(jsonb_build_object('material', md5((i % 5000)::text), 'page', i % 300)),
                i % 5000, (i % 900) / 7.0, i % 100, i % 2000, i % 3000, i % 5000, (i % 9), i % 3 - 1
            FROM generate_series(1, {{count}}) AS i
            """
        );
        await ExecuteAsync(
            url,
            $"""
            INSERT INTO provenance (content_id, content_type, source_uri, license_type, acquisition_method, hash_sha256, acquired_by, acquired_at)
            SELECT id, 'ai_response', 'https://example.org/' || id, 'cc_by', 'ai_generated', md5(id::text) || md5(query), user_id, created_at FROM ai_dialogue_log
            """
        );
        await ExecuteAsync(
            url,
            $"INSERT INTO rag_metrics_history (date, total_queries) SELECT timestamp '2000-01-01' + i * interval '1 day', i FROM generate_series(1, {count} / 100) AS i"
        );
        await ExecuteAsync(url, "VACUUM ANALYZE");
    }

    private static async Task MigrateAsync(string url)
    {
        var report = await MigrationRunner.RunAsync(Settings(url), new() { Path = BundledSql.Migrations });
        if (report.Error is { } error)
            throw error.ToException();
    }

    private static async Task ExecuteAsync(string url, params string[] statements)
    {
        await using var connection = Settings(url).CreateConnection();
        await connection.OpenAsync();
        foreach (var sql in statements)
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = 0, BatchCommands = { new(sql) } };
            await batch.ExecuteNonQueryAsync();
        }
    }

    private static async Task<T> ScalarAsync<T>(string url, string sql)
    {
        await using var connection = Settings(url).CreateConnection();
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(sql) } };
        return (T)(await batch.ExecuteScalarAsync())!;
    }

    private static ConnectionSettings Settings(string url) => ConnectionSettings.Resolve(new() { Connection = url });

    private static Task Nothing() => Task.CompletedTask;

    private static void Print(string what, long bytes, Measured measured, Func<long>? onDisk = null) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what, -44}{measured.Elapsed.TotalSeconds, 8:0.0} s{measured.Fastest.TotalSeconds, 8:0.0} s{bytes / 1e6 / measured.Elapsed.TotalSeconds, 10:0.0}{measured.PeakBytes / 1e6, 7:0} MB{(onDisk is null ? "" : $"{onDisk() / 1e6, 7:0} MB")}"
            )
        );
}
