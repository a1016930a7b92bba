using System.Diagnostics;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary>
/// The steps of a run on standard error. On a terminal one line tells how far the run is, for how long, and what is at work, ten times a
/// second at most and once a second where nothing moves, and is wiped when the run is done; elsewhere only what a log should keep is told:
/// waiting and warnings, and with --verbose each step.
/// </summary>
internal sealed class ConsoleProgress : IProgress<RunProgress>, IDisposable
{
    private const int Width = 79;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly object gate = new();
    private readonly bool verbose;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Timer? timer;
    private RunProgress? latest;
    private long lastDrawn;
    private bool drawn;

    public ConsoleProgress(bool verbose)
    {
        this.verbose = verbose;
        timer = Console.IsErrorRedirected ? null : new Timer(_ => Tick(), null, Longest, Longest);
    }

    public void Report(RunProgress value)
    {
        lock (gate)
        {
            if (
                value.Kind is ProgressKind.Waiting or ProgressKind.Warning
                || (verbose && value.Kind is not (ProgressKind.Rows or ProgressKind.Index))
            )
            {
                var label = value.Kind == ProgressKind.Warning ? Foundation.Texts.Get("Label.Warning") : "";
                CommandOutput.Tell(Console.Error, Wiper() + label + UntrustedText.OneLine(value.Message) + Environment.NewLine);
            }
            else if (timer is not null && value.Kind is not (ProgressKind.Step or ProgressKind.Detail or ProgressKind.Notice))
            {
                latest = value;
                if (Stopwatch.GetElapsedTime(lastDrawn) >= Interval)
                    Draw(value);
            }
        }
    }

    /// <summary>Takes the line at work away, so that other words can follow.</summary>
    public void Wipe()
    {
        lock (gate)
        {
            latest = null;
            if (drawn)
                CommandOutput.Tell(Console.Error, Wiper());
        }
    }

    /// <summary>The run is over.</summary>
    public void Dispose()
    {
        timer?.Dispose();
        Wipe();
    }

    private void Tick()
    {
        lock (gate)
        {
            if (latest is { } value)
                Draw(value);
        }
    }

    private void Draw(RunProgress value)
    {
        var text = ProgressLine.Of(value, clock.Elapsed);
        CommandOutput.Tell(Console.Error, Wiper() + text[..Math.Min(text.Length, Width)]);
        (drawn, lastDrawn) = (true, Stopwatch.GetTimestamp());
    }

    private string Wiper()
    {
        var wiper = drawn ? "\r\e[K" : "";
        drawn = false;
        return wiper;
    }
}
