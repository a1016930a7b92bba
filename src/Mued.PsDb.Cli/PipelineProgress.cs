namespace Mued.PsDb.Cli;

/// <summary>The steps of a run for the Azure Pipelines agent.</summary>
internal sealed class PipelineProgress(TextWriter log) : IProgress<RunProgress>
{
    private readonly object gate = new();
    private int shown = -1;

    public void Report(RunProgress value)
    {
        lock (gate)
        {
            if (value.Kind is ProgressKind.Waiting)
                log.WriteLine(TextReportWriter.Safe(value.Message));
            if (value is not { Done: { } done, Total: > 0 and var total } || (int)(done * 100 / total) is var percent && percent == shown)
                return;
            shown = percent;
            log.WriteLine(AzurePipelines.Progress(percent, value.Message));
        }
    }
}
