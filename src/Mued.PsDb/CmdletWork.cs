namespace Mued.PsDb.Commands;

/// <summary>What a cmdlet does on each of its databases, as its parameters were when they were named.</summary>
/// <param name="RunAsync">Does it on one, and gives its document; null when a person was asked and said no.</param>
internal sealed record CmdletWork(Func<ConnectionSettings, IProgress<RunProgress>?, CancellationToken, Task<ReportDocument?>> RunAsync)
{
    /// <summary>The name of the text that says what is done, for the progress bar.</summary>
    public required string Activity { get; init; }

    /// <summary>Reads the files that all databases share.</summary>
    public Func<Task> Files { get; init; } = () => Task.CompletedTask;

    /// <summary>A path of which each database must have its own; null when there is none.</summary>
    public string? OwnPath { get; init; }

    /// <summary>Asks whether a database may be touched, or says what would be done there and gives false; on the pipeline's thread.</summary>
    public Func<ConnectionSettings, bool> MayRun { get; init; } = _ => true;

    /// <summary>
    /// Asks once for many databases what <see cref="RunAsync"/> would ask for each, and gives the work without a question; null when the
    /// answer was no. On the pipeline's thread.
    /// </summary>
    public Func<IReadOnlyList<ConnectionSettings>, CmdletWork?>? AskForAll { get; init; }
}
