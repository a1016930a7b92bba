using System.Diagnostics;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>PowerShell with Pester 5: what needs it is skipped loudly without, and fails where MUED_REQUIRE_PWSH is 1.</summary>
internal static class Pwsh
{
    /// <summary>What this machine lacks; null when nothing.</summary>
    public static string? Missing => OnPath.Value;

    private static readonly Lazy<string?> OnPath = new(() => WhyMissing(Environment.GetEnvironmentVariable("PATH")));

    /// <summary>What is lacking when programs are looked for on this path; null when nothing.</summary>
    public static string? WhyMissing(string? path)
    {
        if (ChildProcess.FindOnPath("pwsh", path) is not { } pwsh)
            return "pwsh is not on PATH, so nothing of PowerShell is tested";
        using var process = Process.Start(
            new ProcessStartInfo(
                pwsh,
                [
                    "-NoProfile",
                    "-NonInteractive",
                    "-Command",
                    "exit [int](-not (Get-Module Pester -ListAvailable).Where{ $_.Version.Major -ge 5 })",
                ]
            )
        )!;
        process.WaitForExit();
        return process.ExitCode == 0 ? null : "Pester 5 is not installed, so nothing of PowerShell is tested";
    }

    /// <summary>The reason to skip, or null when the tests are to run.</summary>
    /// <param name="missing">What is lacking.</param>
    /// <param name="environment">Says whether the tests are required.</param>
    public static string? Skip(string? missing, Func<string, string?> environment) =>
        Prerequisite.SkipUnless(missing, "MUED_REQUIRE_PWSH", environment);
}
