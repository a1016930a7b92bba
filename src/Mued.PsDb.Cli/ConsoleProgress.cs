using System.Diagnostics;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary>
/// The steps of a run on standard error. On a terminal one line tells what is at work, ten times a second at most, and is wiped when
/// the run is done; elsewhere only what a log should keep is told: waiting and warnings, and with --verbose each step.
/// </summary>
internal sealed class ConsoleProgress(bool verbose) : IProgress<RunProgress>
{
    private const int Width = 79;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly object gate = new();
    private readonly bool terminal = !Console.IsErrorRedirected;
    private long lastDrawn;
    private bool drawn;

    public void Report(RunProgress value)
    {
        lock (gate)
        {
            if (
                value.Kind is ProgressKind.Waiting or ProgressKind.Warning
                || (verbose && value.Kind is not (ProgressKind.Rows or ProgressKind.Index))
            )
                CommandOutput.Tell(Console.Error, Wiper() + UntrustedText.OneLine(value.Message) + Environment.NewLine);
            else if (
                terminal
                && value.Kind is not (ProgressKind.Step or ProgressKind.Detail or ProgressKind.Notice)
                && Stopwatch.GetElapsedTime(lastDrawn) >= Interval
            )
                Draw(value);
        }
    }

    /// <summary>Takes the line at work away, so that other words can follow.</summary>
    public void Wipe()
    {
        lock (gate)
        {
            if (drawn)
                CommandOutput.Tell(Console.Error, Wiper());
        }
    }

    private void Draw(RunProgress value)
    {
        var count = value is { Done: { } done, Total: { } total } ? $" {done:N0}/{total:N0}" : "";
        var text = UntrustedText.OneLine(value.Message);
        CommandOutput.Tell(Console.Error, Wiper() + text[..Math.Min(text.Length, Width - count.Length)] + count);
        (drawn, lastDrawn) = (true, Stopwatch.GetTimestamp());
    }

    private string Wiper()
    {
        var wiper = drawn ? "\r\e[K" : "";
        drawn = false;
        return wiper;
    }
}
