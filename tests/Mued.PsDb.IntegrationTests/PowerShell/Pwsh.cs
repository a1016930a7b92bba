using System.Diagnostics;
using System.Reflection;

namespace Mued.PsDb.Tests;

/// <summary>The PowerShell and the Pester of the tests: the pinned packages that the build restores; PATH is not searched.</summary>
internal static class Pwsh
{
    /// <summary>The manifest of the Pester module.</summary>
    public static string Pester { get; } = Restored("Pester");

    /// <summary>Starts the PowerShell tool, or with MUED_PWSH the program that it names.</summary>
    public static ProcessStartInfo Start(string? named, params string[] arguments)
    {
        var start = Program(named, arguments);
        // These processes are short: code is compiled once and not made better, which saves a third of their processor time.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        return start;
    }

    private static ProcessStartInfo Program(string? named, string[] arguments)
    {
        if (string.IsNullOrEmpty(named))
            return new(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [Path.Combine(Restored("PowerShell"), OperatingSystem.IsWindows() ? "win" : "unix", "pwsh.dll"), .. arguments]
            );
        return File.Exists(named)
            ? new(Path.GetFullPath(named), arguments)
            : throw new InvalidOperationException($"MUED_PWSH names {named}, and no such program is there.");
    }

    private static string Restored(string package) =>
        typeof(Pwsh).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == package).Value!;
}
