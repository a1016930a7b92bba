using System.Diagnostics;

namespace Mued.PsDb.Tests;

/// <summary>What a finished <c>mued-psdb</c> left behind.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>The real <c>mued-psdb</c> as a process of its own: built beside the tests, or the one that <c>MUED_CLI</c> names.</summary>
internal static class CliProcess
{
    /// <summary>The program, in the configuration of the tests.</summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("MUED_CLI")
        ?? Repository.PathOf(
            Path.Combine(
                "src",
                "Mued.PsDb.Cli",
                "bin",
                new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
                "net10.0",
                OperatingSystem.IsWindows() ? "mued-psdb.exe" : "mued-psdb"
            )
        );

    /// <summary>Starts it with no connection in its environment.</summary>
    public static Process Start(string? folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Start(new ProcessStartInfo(Program, arguments) { WorkingDirectory = folder ?? Path.GetTempPath() }, environment);

    /// <summary>Runs it to the end.</summary>
    public static Task<CliResult> RunAsync(params string[] arguments) => WaitAsync(Start(null, null, arguments));

    /// <summary>
    /// Runs it to the end where no file can be larger than a number of KiB: what a full disk is to who writes one, and any account may set it.
    /// </summary>
    public static Task<CliResult> RunWithSmallFilesAsync(int size, params string[] arguments) =>
        WaitAsync(
            Start(
                new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; ulimit -f {size}; exec \"$0\" \"$@\"", Program, .. arguments]),
                // The runtime's own mapping of its code counts as a file.
                new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }
            )
        );

    /// <summary>Starts a program with no connection in its environment.</summary>
    public static Process Start(ProcessStartInfo start, IReadOnlyDictionary<string, string>? environment)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        foreach (var name in (string[])["DATABASE_URL", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSSLMODE", "TF_BUILD"])
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for the end of a started one.</summary>
    public static async Task<CliResult> WaitAsync(Process process)
    {
        using (process)
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return new(process.ExitCode, await output, await error);
        }
    }
}
