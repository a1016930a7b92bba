using System.Diagnostics;
using System.Text.Json;
using Mued.PsDb.Sandbox;
using Mued.PsDb.Tests;

namespace Mued.PsDb.Benchmarks;

/// <summary>
/// What a short run costs from start to exit: Phase 2 with its checks by the published mued-psdb, beside psql and dbmate, which check
/// nothing, on the same files. All take turns, so that what else the machine does meets each of them.
/// </summary>
internal static class StartBenchmark
{
    private const int Rounds = 9;
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    /// <summary>Prints the tables.</summary>
    /// <param name="cli">The published <c>mued-psdb</c>.</param>
    /// <param name="dbmate">The program; null to fetch the one of npm.</param>
    public static async Task RunAsync(string cli, string? dbmate)
    {
        await using var server = await SandboxServer.StartAsync(new());
        var work = Directory.CreateTempSubdirectory("mued-benchmark-").FullName;
        try
        {
            dbmate ??= await FetchDbmateAsync(work);
            var files = BundledFiles.MigrationsIn(BundledFiles.WriteMigrations(Path.Combine(work, "phase2"))).ToList();
            var dbmateFolder = Directory.CreateDirectory(Path.Combine(work, "dbmate-migrations")).FullName;
            foreach (var file in files)
                await File.WriteAllTextAsync(
                    Path.Combine(dbmateFolder, Path.GetFileName(file)),
                    $"-- migrate:up\n{await File.ReadAllTextAsync(file)}\n-- migrate:down\n"
                );

            await CompareAsync("local", server.UrlOf("bench") + "?sslmode=disable");
            await using var proxy = FaultProxy.Start(server.UrlOf("bench"), new() { Delay = OneWay });
            await CompareAsync("50 ms round trip", proxy.Url);
            await TrustAsync(server);
            await CompareAsync("50 ms round trip, no password", proxy.Url);

            async Task CompareAsync(string where, string url)
            {
                string[] psql = ["-q", "-1", "-v", "ON_ERROR_STOP=1", url, .. files.SelectMany(file => new[] { "-f", file })];
                await PrintAsync(
                    where,
                    [
                        new("mued-psdb migrate, with its checks", true, cli, "migrate", "--url", url),
                        new("mued-psdb migrate, nothing to do", false, cli, "migrate", "--url", url),
                        new("mued-psdb status", false, cli, "status", "--url", url),
                        new("mued-psdb test-connection", false, cli, "test-connection", "--url", url),
                        new("mued-psdb --version", false, cli, "--version"),
                        .. Psql().Select(program => new Contender($"{program} -1", true, program, psql)),
                        new("dbmate migrate", true, dbmate, "--url", url, "--migrations-dir", dbmateFolder, "--no-dump-schema", "migrate"),
                    ]
                );
            }

            // Debian's command is a script that looks for the server's major; the program itself lies beside the server.
            IEnumerable<string> Psql() =>
                new[]
                {
                    ChildProcess.FindOnPath("psql", Environment.GetEnvironmentVariable("PATH")),
                    Path.Combine(server.BinFolder, "psql"),
                }
                    .OfType<string>()
                    .Distinct();

            async Task PrintAsync(string where, Contender[] contenders)
            {
                var runs = contenders.Select(_ => new List<Measured>()).ToList();
                for (var round = 0; round < Rounds; round++)
                {
                    for (var i = 0; i < contenders.Length; i++)
                    {
                        var prepare = () =>
                            contenders[i].Fresh ? MigrateBenchmark.RecreateAsync(server, BundledFiles.SandboxBase) : Task.CompletedTask;
                        runs[i].Add(await Measured.RunAsync(1, prepare, contenders[i].Program, contenders[i].Arguments));
                    }
                }

                var own = Measured.Median(runs[0]).Elapsed;
                Console.WriteLine($"{$"Phase 2, {where}", -50}{"median", 9}{"fastest", 10}{"peak", 8}{"ours", 8}");
                for (var i = 0; i < contenders.Length; i++)
                {
                    var median = Measured.Median(runs[i]);
                    Console.WriteLine(
                        $"{contenders[i].Title, -50}{median.Elapsed.TotalMilliseconds, 6:0} ms{median.Fastest.TotalMilliseconds, 7:0} ms"
                            + $"{median.PeakBytes >> 20, 5} MB{(contenders[i].Fresh ? $"{own / median.Elapsed:0.00} x" : ""), 8}"
                    );
                }
            }
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Prints what the first commands of a new PowerShell session cost.</summary>
    /// <param name="module">The folder of the staged module.</param>
    /// <param name="program">What starts PowerShell.</param>
    /// <param name="first">Its first arguments, if it is not PowerShell itself.</param>
    public static async Task RunModuleAsync(string module, string program, string[] first)
    {
        // Get-Date comes first because the first module of a session costs the same whichever it is.
        const string Script = """
            param($module, $first, $second)
            $null = Get-Date
            $process = [System.Diagnostics.Process]::GetCurrentProcess()
            $before = $process.TotalProcessorTime
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Import-Module $module
            $process.Refresh()
            $figures = @($clock.Elapsed.TotalMilliseconds, ($process.TotalProcessorTime - $before).TotalMilliseconds)
            foreach ($url in $first, $second) {
                $clock.Restart()
                $report = Invoke-MuedMigration $url
                $figures += $clock.Elapsed.TotalMilliseconds
                if ($report.Status -ne 'Succeeded') { throw "$($report.Status): $($report.Error.Message)" }
            }
            ConvertTo-Json $figures -Compress
            """;
        await using var server = await SandboxServer.StartAsync(new());
        var script = Path.Combine(Directory.CreateTempSubdirectory("mued-benchmark-").FullName, "first.ps1");
        await File.WriteAllTextAsync(script, Script);
        var all = new List<double[]>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var name in (string[])["bench", "second"])
                await MigrateBenchmark.RecreateAsync(server, BundledFiles.SandboxBase, name);
            string[] arguments =
            [
                .. first,
                "-NoProfile",
                "-NonInteractive",
                "-File",
                script,
                Path.GetFullPath(module),
                server.UrlOf("bench"),
                server.UrlOf("second"),
            ];
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            all.Add(JsonSerializer.Deserialize<double[]>(output)!);
        }

        Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
        string[] titles =
        [
            "Import-Module",
            "Import-Module, of the processor",
            "Invoke-MuedMigration, the first of the session",
            "Invoke-MuedMigration, on a second database",
        ];
        for (var i = 0; i < titles.Length; i++)
        {
            var sorted = all.Select(figures => figures[i]).Order().ToList();
            Console.WriteLine($"{titles[i], -50}{sorted[Rounds / 2], 6:0} ms{sorted[0], 7:0} ms");
        }
    }

    /// <summary>Lets everybody in without a password, whose exchange takes two round trips.</summary>
    private static Task TrustAsync(SandboxServer server) =>
        MigrateBenchmark.ExecuteAsync(
            server.Url,
            """
            DO $$ BEGIN
                EXECUTE format('COPY (SELECT ''host all all 127.0.0.1/32 trust'') TO %L', current_setting('hba_file'));
            END $$
            """,
            "SELECT pg_reload_conf()"
        );

    private static async Task<string> FetchDbmateAsync(string work)
    {
        using var npm = Process.Start("npm", ["install", "--prefix", work, "--no-audit", "--no-fund", "--silent", "dbmate"]);
        await npm.WaitForExitAsync();
        return Directory.EnumerateFiles(Path.Combine(work, "node_modules", "@dbmate"), "dbmate*", SearchOption.AllDirectories).First();
    }

    /// <summary>A program of the comparison.</summary>
    /// <param name="Title">What the table calls it.</param>
    /// <param name="Fresh">Whether it runs on a database with nothing but the base tables, else on what was left.</param>
    /// <param name="Program">The program.</param>
    /// <param name="Arguments">Its arguments.</param>
    private sealed record Contender(string Title, bool Fresh, string Program, params string[] Arguments);
}
