namespace Mued.PsDb.Tests;

/// <summary>A test of signals, file modes or shells, which Windows does not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = Prerequisite.NotOnWindows;
}
