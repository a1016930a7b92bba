namespace Mued.PsDb.Tests;

/// <summary>The validator of SARIF files that its makers publish, from npm.</summary>
internal static class SarifTool
{
    private static readonly NpmPackages Packages = new("@microsoft/sarif-multitool@5.7.0");
    private static readonly Lazy<Task> Ready = new(MakeExecutableAsync);

    /// <summary>What a file does wrong, a line each.</summary>
    public static async Task<IReadOnlyList<string>> ErrorsOfAsync(string file)
    {
        await Ready.Value;
        var result = await Packages.RunAsync(
            "@microsoft/sarif-multitool/index.js",
            Path.GetDirectoryName(file)!,
            new Dictionary<string, string>(),
            "validate",
            file,
            "--threads",
            "1"
        );
        var said = result.Output + result.Error;
        var errors = said.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)).ToList();
        Assert.True(result.ExitCode == 0 || errors.Count > 0, said);
        return errors;
    }

    private static async Task MakeExecutableAsync()
    {
        foreach (var program in Directory.EnumerateFiles(await Packages.FolderAsync(), "Sarif.Multitool", SearchOption.AllDirectories))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
