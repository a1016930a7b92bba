namespace Mued.PsDb.Tests;

/// <summary>A test that fills a disk; skipped, with the reason, where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute() => Skip = Prerequisite.SkipUnless(Tmpfs.WhyNot, "MUED_REQUIRE_TMPFS");
}
