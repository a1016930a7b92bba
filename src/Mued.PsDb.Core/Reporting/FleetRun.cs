using System.Diagnostics;
using Mued.PsDb.Fleet;

namespace Mued.PsDb.Reporting;

/// <summary>Runs a command on many targets and reports on all of them.</summary>
/// <param name="command">The command, as <c>mued-psdb</c> names it.</param>
/// <param name="work">What it does on each.</param>
/// <param name="options">How to go over them.</param>
internal sealed class FleetRun(string command, TargetWork work, FleetOptions options)
{
    /// <summary>The part of the fleet that the targets are; null for all of it.</summary>
    public Shard? Shard { get; init; }

    /// <summary>What was given as a target and could not be read; each has failed before the first is begun.</summary>
    public IReadOnlyList<ReportDocument> Missed { get; init; } = [];

    /// <summary>Told how many targets have ended, and what each is at.</summary>
    public IProgress<RunProgress>? Progress { get; init; }

    /// <summary>Told each target as it ends, one at a time, on any thread.</summary>
    public Action<ConnectionSettings, ReportDocument>? Ended { get; init; }

    /// <summary>Goes over the targets.</summary>
    /// <returns>The combined report. What fails on a target is on it, not thrown.</returns>
    /// <exception cref="MuedException">The files that all targets share cannot be used, or an option is out of range: nothing was executed.</exception>
    public async Task<ReportDocument> RunAsync(IReadOnlyList<ConnectionSettings> targets, CancellationToken cancellationToken)
    {
        var (startedAt, begun) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        if (work.OwnPath is { } path)
            TargetPath.CheckApart(path, targets);
        await work.Files.ConfigureAwait(false);
        var progress = new FleetProgress(Progress, targets.Count);
        progress.Begin();
        var runner = new FleetRunner<ConnectionSettings, ReportDocument>(targets, options)
        {
            Work = async (target, token) => (await work.RunAsync(target, progress.Of(target), token).ConfigureAwait(false))!,
            Failed = document => document.Failed,
            FailedBefore = Missed.Count,
            Ended = outcome =>
            {
                var part = ReportDocument.Part(command, outcome);
                progress.End(part.Target!, part.Status);
                Ended?.Invoke(outcome.Target, part);
                return outcome with { Result = part.Abridged() };
            },
        };
        var outcomes = await runner.RunAsync(cancellationToken).ConfigureAwait(false);
        List<ReportDocument> documents =
        [
            .. Missed,
            .. outcomes.Select(outcome => outcome.Result ?? ReportDocument.Part(command, outcome)),
        ];
        var report = new FleetReport(command)
        {
            Shard = Shard?.ToString(),
            Targets = [.. documents.Select(document => document.ToFleetTarget())],
            StartedAt = startedAt,
            Duration = Stopwatch.GetElapsedTime(begun),
        };
        return ReportDocument.From(report, documents);
    }
}
