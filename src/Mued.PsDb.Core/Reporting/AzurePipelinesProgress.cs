using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>
/// The progress of a run for the Azure Pipelines agent: a line whenever the percentage changes, so at most 101 of them, and a plain
/// line for what the run waits for.
/// </summary>
/// <param name="write">Prints one line; called on any thread, one call at a time.</param>
public sealed class AzurePipelinesProgress(Action<string> write) : IProgress<RunProgress>
{
    private readonly object gate = new();
    private int shown = -1;

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        lock (gate)
        {
            if (value.Kind is ProgressKind.Waiting)
                write(UntrustedText.OneLine(value.Message));
            if (value.Percent is not { } percent || percent == shown)
                return;
            shown = percent;
            write(AzurePipelines.Progress(percent, value.Message));
        }
    }
}
