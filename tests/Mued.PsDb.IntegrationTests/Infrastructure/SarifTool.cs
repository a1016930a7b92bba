using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>The validator of SARIF files that its makers publish, from npm.</summary>
internal static class SarifTool
{
    private const string Package = "@microsoft/sarif-multitool@5.7.0";

    private static readonly Lazy<Task<string>> Folder = new(InstallAsync);

    /// <summary>What a file does wrong, a line each.</summary>
    public static async Task<IReadOnlyList<string>> ErrorsOfAsync(string file)
    {
        var tool = Path.Combine(await Folder.Value, "node_modules", "@microsoft", "sarif-multitool", "index.js");
        var (code, output, error) = await RunAsync("node", Path.GetDirectoryName(file)!, tool, "validate", file, "--threads", "1");
        var errors = (output + error).Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)).ToList();
        Assert.True(code == 0 || errors.Count > 0, output + error);
        return errors;
    }

    private static async Task<string> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mued-sarif-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var (code, output, error) = await RunAsync("npm", folder, "install", "--no-audit", "--no-fund", "--prefix", folder, Package);
        Assert.True(code == 0, output + error);
        foreach (var program in Directory.EnumerateFiles(folder, "Sarif.Multitool", SearchOption.AllDirectories))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return folder;
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string folder, params string[] arguments)
    {
        var path = ChildProcess.FindOnPath(program, Environment.GetEnvironmentVariable("PATH"));
        Assert.True(path is not null, $"{program} must be on PATH.");
        return ChildProcess.RunAsync([path!, .. arguments], folder, CancellationToken.None);
    }
}
