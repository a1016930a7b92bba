using System.Diagnostics;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>Programs of others from npm, installed once for the whole process into a folder of their own, and removed at its end.</summary>
internal sealed class NpmPackages
{
    private readonly Lazy<Task<string>> folder;

    /// <param name="packages">Names with exact versions.</param>
    public NpmPackages(params string[] packages) => folder = new(() => InstallAsync(packages));

    /// <summary>The folder whose <c>node_modules</c> has them.</summary>
    public Task<string> FolderAsync() => folder.Value;

    /// <summary>Runs a script of theirs to its end.</summary>
    /// <param name="script">Its path below <c>node_modules</c>.</param>
    /// <param name="workingFolder">Where it runs.</param>
    /// <param name="environment">What it finds in its environment besides.</param>
    /// <param name="arguments">What it is told.</param>
    public async Task<CliResult> RunAsync(
        string script,
        string workingFolder,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        var path = Path.Combine(await FolderAsync(), "node_modules", script);
        return await CliProcess.WaitAsync(
            CliProcess.Start(new ProcessStartInfo(Program("node"), [path, .. arguments]) { WorkingDirectory = workingFolder }, environment)
        );
    }

    // Scripts of packages may fetch what no registry has.
    private static async Task<string> InstallAsync(string[] packages)
    {
        var folder = Directory.CreateTempSubdirectory("mued-npm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var (code, output, error) = await ChildProcess.RunAsync(
            [Program("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, .. packages],
            folder,
            CancellationToken.None
        );
        Assert.True(code == 0, output + error);
        return folder;
    }

    private static string Program(string name)
    {
        var path = ChildProcess.FindOnPath(name, Environment.GetEnvironmentVariable("PATH"));
        Assert.True(path is not null, $"{name} must be on PATH.");
        return path!;
    }
}
