namespace Mued.PsDb.Tests;

/// <summary>A test that needs <c>pwsh</c> on PATH; required where MUED_REQUIRE_PWSH is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PwshFactAttribute : FactAttribute
{
    public PwshFactAttribute() => Skip = Prerequisite.SkipUnless(
        Prerequisite.FindProgram("pwsh") is null ? "pwsh is not on PATH, so nothing of PowerShell is tested" : null, "MUED_REQUIRE_PWSH");
}
