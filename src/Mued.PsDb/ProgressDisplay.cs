using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>
/// Shows the progress of a run: steps with -Verbose, statements with -Debug, warnings as such, and where the run is
/// at most ten times a second.
/// </summary>
internal sealed class ProgressDisplay : IProgress<RunProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Cmdlet cmdlet;
    private readonly Action<Action> onPipeline;
    private readonly IProgress<RunProgress>? agent;
    private readonly Action<RunProgress?>? draw;
    private readonly Timer? timer;
    private readonly object gate = new();
    private RunProgress? latest;
    private bool resting;
    private bool drawn;

    /// <param name="cmdlet">The cmdlet that writes.</param>
    /// <param name="onPipeline">Hands a call to the pipeline's thread.</param>
    /// <param name="agent">Tells a build agent; null where there is none.</param>
    /// <param name="draw">Shows where the run is, and with null takes that away again; null where nobody looks.</param>
    public ProgressDisplay(Cmdlet cmdlet, Action<Action> onPipeline, IProgress<RunProgress>? agent, Action<RunProgress?>? draw)
    {
        this.cmdlet = cmdlet;
        this.onPipeline = onPipeline;
        this.agent = agent;
        this.draw = draw;
        timer = draw is null ? null : new Timer(_ => Rested(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called by the engine, on any thread.</summary>
    public void Report(RunProgress value)
    {
        agent?.Report(value);
        var message = UntrustedText.OneLine(value.Message);
        switch (value.Kind)
        {
            case ProgressKind.Warning:
                onPipeline(() => cmdlet.WriteWarning(message));
                return;
            case ProgressKind.Notice:
                onPipeline(() => cmdlet.WriteVerbose(message));
                return;
            case ProgressKind.Detail:
                onPipeline(() => cmdlet.WriteDebug(message));
                return;
            case ProgressKind.Step or ProgressKind.Finished or ProgressKind.Waiting:
                onPipeline(() => cmdlet.WriteVerbose(message));
                break;
        }

        if (timer is not null)
            Place(value);
    }

    /// <summary>Takes the progress away; called on the pipeline's thread.</summary>
    public void Dispose()
    {
        timer?.Dispose();
        if (drawn)
            draw!(null);
    }

    private void Place(RunProgress value)
    {
        lock (gate)
        {
            latest = value;
            if (resting)
                return;
            resting = true;
            timer!.Change(Interval, Timeout.InfiniteTimeSpan);
        }

        onPipeline(Draw);
    }

    // The last step of a burst is shown too: a long statement may follow it.
    private void Rested()
    {
        lock (gate)
        {
            resting = false;
            if (latest is { } left)
                Place(left);
        }
    }

    private void Draw()
    {
        RunProgress? value;
        lock (gate)
            (value, latest) = (latest, null);
        if (value is null)
            return;
        drawn = true;
        draw!(value);
    }
}
