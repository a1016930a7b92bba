using Mued.PsDb.Foundation;

namespace Mued.PsDb.Baselines;

/// <summary>How a database differs from a stage of the folder.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Checks">What was compared: all that any stage makes.</param>
/// <param name="Extra">What the database has, and no stage makes.</param>
internal sealed record StageDistance(SchemaStage Stage, IReadOnlyList<SchemaCheck> Checks, IReadOnlyList<string> Extra)
{
    /// <summary>What differs, each with what hangs on it counted once.</summary>
    public IReadOnlyList<string> Differences { get; } =
    [
        .. Checks
            .Where(check => check is { Status: not CheckStatus.Passed, Cause: null })
            .Select(check => Texts.Get("Baseline." + check.Status, check.Kind, check.Name)),
    ];

    /// <summary>Whether the database may have come just here.</summary>
    public bool Matches => Checks.All(check => check.Status == CheckStatus.Passed);
}
