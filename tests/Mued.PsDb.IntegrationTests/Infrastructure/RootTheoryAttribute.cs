namespace Mued.PsDb.Tests;

/// <summary>A test with data that gives files away, which only root can.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() =>
        Skip = Prerequisite.NotOnWindows ?? (Environment.IsPrivilegedProcess ? null : "SKIPPED: only root can give a file away");
}
