using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>
/// What a test needs beyond .NET. On a desk a missing one skips the test and says so; where its variable is 1, as in CI, the test
/// runs and fails.
/// </summary>
internal static class Prerequisite
{
    /// <summary>The reason to skip, or null when the test is to run.</summary>
    public static string? SkipUnless(string? missing, string requireVariable) =>
        missing is null || Environment.GetEnvironmentVariable(requireVariable) == "1"
            ? null
            : $"SKIPPED: {missing} (set {requireVariable}=1 to make this a failure)";

    /// <summary>The reason to skip on Windows what it does not have; null elsewhere.</summary>
    public static string? NotOnWindows { get; } = OperatingSystem.IsWindows() ? "SKIPPED: Windows has no such thing" : null;

    /// <summary>The full path of a program on PATH or in the system folders that a user's PATH often lacks.</summary>
    public static string? FindProgram(string name) =>
        ChildProcess.FindOnPath(name, Environment.GetEnvironmentVariable("PATH") + Path.PathSeparator + "/usr/sbin");
}
