using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Tests;
using Npgsql;

namespace Mued.PsDb.Benchmarks;

/// <summary>
/// Migrations as whole processes of the published CLI, beside psql and a bare Npgsql batch in the same run: Phase 2 and 200 files at
/// 50 ms round trip, and 10,000 files on a local server.
/// </summary>
internal static class MigrateBenchmark
{
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    /// <summary>Prints the table.</summary>
    public static async Task RunAsync(string cli)
    {
        await using var server = await SandboxServer.StartAsync(new());
        var psql = Path.Combine(server.BinFolder, "psql");
        var work = Directory.CreateTempSubdirectory("mued-benchmark-").FullName;
        try
        {
            Console.WriteLine($"{"", -44}{"time", 10}{"peak", 10}{"trips", 7}");
            await CompareAtDistanceAsync(
                server,
                cli,
                psql,
                "Phase 2, 50 ms round trip",
                BundledFiles.WriteMigrations(Path.Combine(work, "phase2")),
                BundledFiles.MigrationsIn(Path.Combine(work, "phase2")),
                phase2: true
            );
            var files = Write(Path.Combine(work, "200"), 200, i => $"CREATE TABLE t{i} (id int PRIMARY KEY, name text);");
            await CompareAtDistanceAsync(server, cli, psql, "200 files, 50 ms round trip", Path.Combine(work, "200"), files, phase2: false);
            await CompareLocallyAsync(
                server,
                cli,
                psql,
                "10,000 tables, local",
                Path.Combine(work, "tables"),
                i => $"CREATE TABLE t{i} (id int PRIMARY KEY, name text);",
                "",
                runs: 1
            );
            await CompareLocallyAsync(
                server,
                cli,
                psql,
                "10,000 one-row inserts, local",
                Path.Combine(work, "rows"),
                i => $"INSERT INTO log VALUES ({i}, 'row {i}');",
                "CREATE TABLE log (id int, name text)",
                runs: 3
            );
            await CompareOneFileAsync(server, cli, psql, "one file of 50,000 statements", Path.Combine(work, "many"), 50_000, 10);
            await CompareOneFileAsync(server, cli, psql, "one file of 200 MB", Path.Combine(work, "large"), 200_000, 960);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>
    /// The bare batch, as the process that <see cref="RunAsync"/> starts: all files in one batch, no history, no checks.
    /// </summary>
    public static async Task RunBareAsync(string url, string[] files)
    {
        await using var connection = ConnectionSettings.Resolve(new() { Connection = url }).CreateConnection();
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var file in files)
        {
            var script = SqlScript.Parse(await File.ReadAllTextAsync(file), file);
            batch.BatchCommands.Add(new("BEGIN"));
            foreach (var statement in script.Statements)
                batch.BatchCommands.Add(new(script.TextOf(statement)));
            batch.BatchCommands.Add(new("COMMIT"));
        }

        await batch.ExecuteNonQueryAsync();
    }

    private static async Task CompareAtDistanceAsync(
        SandboxServer server,
        string cli,
        string psql,
        string title,
        string folder,
        IEnumerable<string> files,
        bool phase2
    )
    {
        await using var proxy = FaultProxy.Start(server.UrlOf("bench"), new() { Delay = OneWay });
        var prepare = () => RecreateAsync(server, phase2 ? BundledFiles.SandboxBase : "");
        Print(
            $"{title}: mued-psdb migrate",
            await Measured.RunAsync(5, prepare, cli, "migrate", "--url", proxy.Url, "--path", folder),
            await TripsAsync(proxy, prepare, folder)
        );
        Print(
            $"{title}: mued-psdb, nothing to do",
            await Measured.RunAsync(5, () => Task.CompletedTask, cli, "migrate", "--url", proxy.Url, "--path", folder),
            await TripsAsync(proxy, () => Task.CompletedTask, folder)
        );
        Print($"{title}: bare Npgsql batch", await Measured.RunAsync(5, prepare, Environment.ProcessPath!, ["bare", proxy.Url, .. files]));
        Print(
            $"{title}: psql, one transaction",
            await Measured.RunAsync(
                3,
                prepare,
                psql,
                ["-q", "-1", "-v", "ON_ERROR_STOP=1", proxy.Url, .. files.SelectMany(file => new[] { "-f", file })]
            )
        );
    }

    private static async Task CompareLocallyAsync(
        SandboxServer server,
        string cli,
        string psql,
        string title,
        string folder,
        Func<int, string> sql,
        string setup,
        int runs
    )
    {
        var files = Write(folder, 10_000, sql);
        var (bare, asSent) = (folder + ".sql", folder + "-as-sent.sql");
        await File.WriteAllLinesAsync(bare, files.Select(file => $"BEGIN;\n{File.ReadAllText(file)}\nCOMMIT;"));
        await using (
            var connection = await ConnectionSettings
                .Resolve(new() { Connection = server.UrlOf("bench") })
                .OpenAsync(CancellationToken.None)
        )
            await File.WriteAllLinesAsync(asSent, AsSent(folder, connection));
        var prepare = () => RecreateAsync(server, setup);
        Print(
            $"{title}: mued-psdb migrate",
            await Measured.RunAsync(runs, prepare, cli, "migrate", "--url", server.UrlOf("bench"), "--path", folder)
        );
        Print(
            $"{title}: mued-psdb, nothing to do",
            await Measured.RunAsync(runs, () => Task.CompletedTask, cli, "migrate", "--url", server.UrlOf("bench"), "--path", folder)
        );
        Print(
            $"{title}: psql, the bare blocks",
            await Measured.RunAsync(runs, prepare, psql, "-q", "-v", "ON_ERROR_STOP=1", "-f", bare, server.UrlOf("bench"))
        );
        Print(
            $"{title}: psql, blocks with history",
            await Measured.RunAsync(
                runs,
                prepare,
                psql,
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-o",
                "/dev/null",
                "-f",
                asSent,
                server.UrlOf("bench")
            )
        );
        var clock = Stopwatch.StartNew();
        MigrationFolder.Read(folder, [], allowDuplicateVersion: false);
        Print($"{title}: reading the folder alone", new(clock.Elapsed, clock.Elapsed, 0));
    }

    private static async Task CompareOneFileAsync(
        SandboxServer server,
        string cli,
        string psql,
        string title,
        string folder,
        int statements,
        int width
    )
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "0001_file.sql");
        var value = new string('x', width);
        await File.WriteAllLinesAsync(
            file,
            Enumerable
                .Range(1, statements)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"INSERT INTO log VALUES ({i}, '{value}');"))
        );
        var prepare = () => RecreateAsync(server, "CREATE TABLE log (id int, name text)");
        Print(
            $"{title}: mued-psdb migrate",
            await Measured.RunAsync(1, prepare, cli, "migrate", "--url", server.UrlOf("bench"), "--path", folder)
        );
        Print(
            $"{title}: psql, one transaction",
            await Measured.RunAsync(1, prepare, psql, "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", file, server.UrlOf("bench"))
        );
    }

    /// <summary>The blocks that the run itself sends, with its history rows, for psql to read.</summary>
    private static IEnumerable<string> AsSent(string folder, NpgsqlConnection connection)
    {
        var (history, options, runId) = (
            new HistoryTable(MigrationOptions.DefaultHistoryTable),
            new MigrationOptions { Path = folder },
            Guid.NewGuid()
        );
        foreach (var step in history.Prepare(format: 0, ["BEGIN"]))
            yield return step.Command.CommandText + ";";
        foreach (var file in MigrationFolder.Read(folder, [], allowDuplicateVersion: false).Files)
        {
            foreach (var begin in new TransactionSettings(options).Begin(connection))
                yield return begin + ";";
            yield return Literal(history.Claim(file, runId, "started"));
            yield return file.Sql.Text;
            yield return Literal(history.Finish(file, "finished"));
            yield return "COMMIT;";
        }
    }

    private static string Literal(NpgsqlBatchCommand command)
    {
        var sql = command.CommandText;
        for (var i = command.Parameters.Count; i > 0; i--)
            sql = sql.Replace($"${i}", $"'{command.Parameters[i - 1].Value}'", StringComparison.Ordinal);
        return sql + ";";
    }

    private static async Task<int> TripsAsync(FaultProxy proxy, Func<Task> prepare, string folder)
    {
        await prepare();
        proxy.ResetCounts();
        await MigrationRunner.RunAsync(ConnectionSettings.Resolve(new() { Connection = proxy.Url }), new() { Path = folder });
        return proxy.RoundTrips;
    }

    /// <summary>Makes a database anew, with what a script makes in it.</summary>
    public static async Task RecreateAsync(SandboxServer server, string setup, string name = "bench")
    {
        await ExecuteAsync(server.Url, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", $"CREATE DATABASE {name}");
        if (setup.Length > 0)
            await ExecuteAsync(
                server.UrlOf(name),
                [.. SqlScript.Parse(setup, "setup").Statements.Select(statement => setup.Substring(statement.Offset, statement.Length))]
            );
    }

    /// <summary>Executes statements, each by itself.</summary>
    public static async Task ExecuteAsync(string url, params string[] statements)
    {
        await using var connection = ConnectionSettings.Resolve(new() { Connection = url }).CreateConnection();
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(statement) } };
            await batch.ExecuteNonQueryAsync();
        }
    }

    private static List<string> Write(string folder, int count, Func<int, string> sql)
    {
        Directory.CreateDirectory(folder);
        var files = Enumerable.Range(1, count).Select(i => Path.Combine(folder, $"{i:00000}_file.sql")).ToList();
        for (var i = 0; i < count; i++)
            File.WriteAllText(files[i], sql(i + 1));
        return files;
    }

    private static void Print(string title, Measured measured, int? trips = null) =>
        Console.WriteLine(
            $"{title, -44}{measured.Elapsed.TotalMilliseconds, 7:0} ms{(measured.PeakBytes > 0 ? $"{measured.PeakBytes >> 20, 7} MB" : ""), 10}{trips, 7}"
        );
}
