using Mued.PsDb.Fleet;

namespace Mued.PsDb.Reporting;

/// <summary>An undo on many databases that is rehearsed on all of them, so that a person is asked once, with the figures of all.</summary>
/// <param name="options">What to do; the path of the backup may hold the names of a target.</param>
internal sealed class UndoFleet(UndoOptions options)
{
    private readonly Dictionary<ConnectionSettings, FleetOutcome<ConnectionSettings, UndoPlan>> found = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>What the undo would do where there is anything to take back.</summary>
    public IReadOnlyList<UndoPlan> Plans =>
        [.. from outcome in found.Values where outcome.Result is { NothingToDo: false } select outcome.Result];

    /// <summary>What an undo is asked to do on one of them.</summary>
    public UndoOptions Of(ConnectionSettings target) => options with { BackupPath = TargetPath.For(options.BackupPath, target) };

    /// <summary>Rehearses it on each database. One that fails keeps its error until <see cref="RunAsync"/>.</summary>
    /// <exception cref="MuedException">Two databases share a backup, or an option is out of range (exit code 2).</exception>
    public async Task RehearseAsync(
        IReadOnlyList<ConnectionSettings> targets,
        FleetOptions way,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (options.BackupPath is { } path)
            TargetPath.CheckApart(path, targets);
        var told = new FleetProgress(progress, targets.Count);
        told.Begin();
        var runner = new FleetRunner<ConnectionSettings, UndoPlan>(targets, way with { Canary = 0, MaxFailures = null })
        {
            Work = (target, token) => UndoRunner.PlanAsync(target, Of(target), told.Of(target), token),
            Failed = _ => false,
            Ended = outcome =>
            {
                var status = outcome.Result switch
                {
                    null => RunStatus.Failed,
                    { NothingToDo: true } => RunStatus.NothingToDo,
                    _ => RunStatus.DryRun,
                };
                told.End(outcome.Target.Target, status.ToString());
                return outcome;
            },
        };
        foreach (var outcome in await runner.RunAsync(cancellationToken).ConfigureAwait(false))
            found.Add(outcome.Target, outcome);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Does on a database what its rehearsal said.</summary>
    /// <exception cref="MuedException">What the rehearsal threw, and what <see cref="UndoRunner"/> throws.</exception>
    public Task<UndoReport> RunAsync(ConnectionSettings target, IProgress<RunProgress>? progress, CancellationToken cancellationToken) =>
        found[target].Error is { } error
            ? Task.FromException<UndoReport>(error)
            : UndoRunner.ExecuteAsync(target, Of(target), found[target].Result, progress, cancellationToken);
}
