using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>What a person is asked before a baseline that was found is recorded, and what the report tells of it.</summary>
internal static class BaselineQuestion
{
    /// <summary>The sentences, each on one line: what was found, how sure that is, and what would be recorded.</summary>
    public static IReadOnlyList<string> Of(BaselineFinding finding) =>
        [
            .. new[]
            {
                Texts.Get("BaselineQuestion", finding.Target, finding.Migration, finding.Agreeing),
                Texts.Get(
                    "BaselineQuestion.Next",
                    finding.NextBest.Length > 0 ? finding.NextBest : Texts.Get("Baseline.Nothing"),
                    Figures.List(finding.Differences)
                ),
            }
                .Concat(Remarks(finding))
                .Append(Texts.Get("BaselineQuestion.Record", Figures.Count(finding.Migrations.Count, "migration")))
                .Select(UntrustedText.OneLine),
        ];

    /// <summary>The finding in a few words; null for none.</summary>
    public static string? Found(BaselineFinding? finding) =>
        finding is null ? null : Texts.Get("BaselineFound", finding.Migration, finding.Agreeing);

    /// <summary>What a person should know of the finding.</summary>
    public static IEnumerable<string> Remarks(BaselineFinding? finding)
    {
        if (finding?.Untraced.Count > 0)
            yield return Texts.Get("BaselineUntraced", Figures.List(finding.Untraced));
        if (finding?.Extra.Count > 0)
            yield return Texts.Get("BaselineExtra", Figures.List(finding.Extra));
    }
}
