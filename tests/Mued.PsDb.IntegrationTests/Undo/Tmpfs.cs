using System.Diagnostics;

namespace Mued.PsDb.Tests;

/// <summary>A small disk in memory, mounted for a test; it takes root.</summary>
internal sealed class Tmpfs : IAsyncDisposable
{
    private Tmpfs(string path) => Path = path;

    public string Path { get; }

    /// <summary>Why none can be mounted here; null when one can.</summary>
    public static string? WhyNot { get; } = Probe();

    public static async Task<Tmpfs> MountAsync(string path, string options)
    {
        Directory.CreateDirectory(path);
        Assert.Equal(0, await RunAsync("mount", "-t", "tmpfs", "-o", options, "tmpfs", path));
        return new(path);
    }

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", Path);

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
            return "tmpfs is mounted on Linux only, so no full disk is tested";
        var folder = Directory.CreateTempSubdirectory("mued-tmpfs-").FullName;
        try
        {
            if (Task.Run(() => RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder)).GetAwaiter().GetResult() != 0)
                return "this account may not mount a tmpfs, so no full disk is tested";
            Task.Run(() => RunAsync("umount", "-l", folder)).GetAwaiter().GetResult();
            return null;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    private static async Task<int> RunAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
