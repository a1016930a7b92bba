namespace Mued.PsDb.Tests;

/// <summary>A test that gives a folder to another user, which only root may.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() =>
        Skip =
            Prerequisite.NotOnWindows
            ?? Prerequisite.SkipUnless(Environment.IsPrivilegedProcess ? null : "only root may give a folder away", "MUED_REQUIRE_ROOT");
}
