using Mued.PsDb.Foundation;

namespace Mued.PsDb.Baselines;

/// <summary>Which stage of a folder a database has come to. Pure.</summary>
internal static class BaselineChoice
{
    /// <summary>The finding where just one stage is as the database.</summary>
    /// <param name="target">The database.</param>
    /// <param name="stages">All stages, in order, each held against the database.</param>
    /// <exception cref="MuedException">None is, several are, or it is the empty one (exit code 2).</exception>
    public static BaselineFinding Of(string target, IReadOnlyList<StageDistance> stages)
    {
        var matches = stages.Where(stage => stage.Matches).ToList();

        // A file without a statement has run as soon as those before it have.
        matches.RemoveAll(match => matches.Exists(next => SaysNothingMore(match.Stage, next.Stage)));
        if (matches.Count == 0)
        {
            var near = Nearest(stages, stages.Count);
            throw Texts.Usage("BaselineNoMatch", target, near.Stage.Name, Figures.List(near.Differences));
        }

        if (matches.Count > 1)
        {
            throw Texts.Usage(
                "BaselineAmbiguous",
                target,
                string.Join(", ", matches.Select(match => match.Stage.Name)),
                Figures.List([.. Between(stages, matches[0].Stage, matches[^1].Stage)]) ?? ""
            );
        }

        var found = matches[0];
        if (found.Stage.Last is null)
            throw Texts.Usage("BaselineNotBegun", target);
        var applied = stages.Where(stage => stage.Stage.Last is not null && stage.Stage.Applied <= found.Stage.Applied).ToList();
        var next = Nearest([.. stages.Where(stage => !stage.Matches)], found.Stage.Applied);
        return new(target, found.Stage.Name)
        {
            Migrations = [.. applied.Select(stage => stage.Stage.Name)],
            Agreeing = found.Checks.Count,
            NextBest = next.Stage.Last?.Name ?? "",
            Differences = next.Differences,
            Extra = found.Extra,
            Untraced = [.. applied.Where(stage => stage.Stage.Untraced).Select(stage => stage.Stage.Name)],
        };
    }

    private static bool SaysNothingMore(SchemaStage stage, SchemaStage next) =>
        next.Applied == stage.Applied + 1 && next.Last!.Sql.Statements.Count == 0;

    private static IEnumerable<string> Between(IReadOnlyList<StageDistance> stages, SchemaStage first, SchemaStage last) =>
        stages
            .Select(stage => stage.Stage)
            .Where(stage => stage.Applied > first.Applied && stage.Applied <= last.Applied)
            .Select(stage => stage.Name);

    private static StageDistance Nearest(IReadOnlyList<StageDistance> stages, int place) =>
        stages
            .OrderBy(stage => stage.Differences.Count)
            .ThenBy(stage => Math.Abs(stage.Stage.Applied - place))
            .ThenByDescending(stage => stage.Stage.Applied)
            .First();
}
