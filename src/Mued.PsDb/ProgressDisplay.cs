using System.Diagnostics;
using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>
/// Shows the progress of a run: steps with -Verbose, statements with -Debug, warnings as such, and where the run is and for how long
/// at most ten times a second, and once a second where nothing moves.
/// </summary>
internal sealed class ProgressDisplay : IProgress<RunProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Cmdlet cmdlet;
    private readonly Action<Action> onPipeline;
    private readonly IProgress<RunProgress>? agent;
    private readonly Action<RunProgress?, TimeSpan>? draw;
    private readonly Timer? timer;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly object gate = new();
    private RunProgress? latest;
    private bool fresh;
    private long lastDrawn;

    /// <param name="cmdlet">The cmdlet that writes.</param>
    /// <param name="onPipeline">Hands a call to the pipeline's thread.</param>
    /// <param name="agent">Tells a build agent; null where there is none.</param>
    /// <param name="draw">Shows where the run is and how long it has lasted, and with null takes that away again; null where nobody looks.</param>
    public ProgressDisplay(Cmdlet cmdlet, Action<Action> onPipeline, IProgress<RunProgress>? agent, Action<RunProgress?, TimeSpan>? draw)
    {
        this.cmdlet = cmdlet;
        this.onPipeline = onPipeline;
        this.agent = agent;
        this.draw = draw;
        timer = draw is null ? null : new Timer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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
        if (latest is not null)
            draw!(null, clock.Elapsed);
    }

    private void Place(RunProgress value)
    {
        bool first;
        lock (gate)
        {
            first = latest is null;
            (latest, fresh) = (value, true);
        }

        if (!first)
            return;
        onPipeline(Draw);
        timer!.Change(Interval, Interval);
    }

    // The last step of a burst is shown too: a long statement may follow it.
    private void Tick()
    {
        lock (gate)
        {
            if (!fresh && Stopwatch.GetElapsedTime(lastDrawn) < Longest)
                return;
            (fresh, lastDrawn) = (false, Stopwatch.GetTimestamp());
        }

        onPipeline(Draw);
    }

    private void Draw()
    {
        RunProgress value;
        lock (gate)
            value = latest!;
        draw!(value, clock.Elapsed);
    }
}
