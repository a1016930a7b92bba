namespace Mued.PsDb.Tests;

/// <summary>The same as <see cref="UnixFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = Prerequisite.NotOnWindows;
}
