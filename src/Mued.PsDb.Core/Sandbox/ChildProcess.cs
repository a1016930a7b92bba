using System.Diagnostics;

namespace Mued.PsDb.Sandbox;

/// <summary>Runs the server's own programs, npm and git, and returns what they printed.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a command to its end; cancellation kills it.</summary>
    /// <returns>The exit code, standard output, and standard error.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        IEnumerable<string> command,
        string folder,
        CancellationToken cancellationToken,
        bool capture = true,
        Action<ProcessStartInfo>? prepare = null
    )
    {
        using var process = new Process { StartInfo = StartInfo(command, folder) };
        prepare?.Invoke(process.StartInfo);
        process.StartInfo.RedirectStandardOutput = capture;
        process.StartInfo.RedirectStandardError = capture;
        process.Start();
        process.StandardInput.Close();
        try
        {
            var output = capture ? process.StandardOutput.ReadToEndAsync(cancellationToken) : Task.FromResult("");
            var error = capture ? process.StandardError.ReadToEndAsync(cancellationToken) : Task.FromResult("");
            await Task.WhenAll(output, error).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>
    /// A start in the C locale and without libpq's variables, which would otherwise reach the server's programs
    /// (PGDATA, PGPORT, PGOPTIONS) and change what they do.
    /// </summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> command, string folder)
    {
        var parts = command.ToList();
        var info = new ProcessStartInfo(parts[0])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in parts.Skip(1))
            info.ArgumentList.Add(argument);
        var inherited = info
            .Environment.Keys.Where(k =>
                k.StartsWith("PG", StringComparison.Ordinal) || k is "LANG" or "LANGUAGE" || k.StartsWith("LC_", StringComparison.Ordinal)
            )
            .ToList();
        foreach (var name in inherited)
            info.Environment.Remove(name);
        info.Environment["LC_ALL"] = "C";
        return info;
    }

    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? FindOnPath(string program, string? path)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return (path ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(_ => endings, (folder, ending) => Path.Combine(folder, program + ending))
            .FirstOrDefault(File.Exists);
    }
}
