namespace Mued.PsDb.Reporting;

/// <summary>What a command does on each of its targets.</summary>
/// <param name="RunAsync">Does it on one, and gives its document; null, of one alone, when there is nothing to report.</param>
internal sealed record TargetWork(Func<ConnectionSettings, IProgress<RunProgress>?, CancellationToken, Task<ReportDocument?>> RunAsync)
{
    /// <summary>The files that all targets share, being read; what is wrong with them is wrong with the whole command.</summary>
    public Task Files { get; init; } = Task.CompletedTask;

    /// <summary>A path of which each target must have its own; null when there is none.</summary>
    public string? OwnPath { get; init; }
}
