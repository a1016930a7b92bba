namespace Mued.PsDb.Tests;

/// <summary>A test that needs Chromium or Chrome; required where MUED_REQUIRE_CHROMIUM is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() =>
        Skip = Prerequisite.SkipUnless(
            Chromium.Program is null ? "neither chromium nor google-chrome is on PATH, so no page is looked at" : null,
            "MUED_REQUIRE_CHROMIUM"
        );
}
