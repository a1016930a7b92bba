using System.Diagnostics;
using System.Reflection;
using Xunit.Sdk;

namespace Mued.PsDb.Tests;

/// <summary>
/// Every Pester file as a row of a theory; skipped where there is no <c>pwsh</c> with Pester 5, required where MUED_REQUIRE_PWSH is 1.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PesterFileAttribute : DataAttribute
{
    private static readonly Lazy<string?> Missing = new(WhyMissing);

    public PesterFileAttribute() => Skip = Prerequisite.SkipUnless(Missing.Value, "MUED_REQUIRE_PWSH");

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
        => Directory.EnumerateFiles(Repository.PathOf("tests/Pester"), "*.Tests.ps1").Order(StringComparer.Ordinal)
            .Select(file => new object[] { Path.GetFileName(file) });

    private static string? WhyMissing()
    {
        if (Prerequisite.FindProgram("pwsh") is not { } pwsh)
            return "pwsh is not on PATH, so nothing of PowerShell is tested";
        using var process = Process.Start(new ProcessStartInfo(pwsh,
            ["-NoProfile", "-NonInteractive", "-Command", "exit [int](-not (Get-Module Pester -ListAvailable).Where{ $_.Version.Major -ge 5 })"]))!;
        process.WaitForExit();
        return process.ExitCode == 0 ? null : "Pester 5 is not installed, so nothing of PowerShell is tested";
    }
}
