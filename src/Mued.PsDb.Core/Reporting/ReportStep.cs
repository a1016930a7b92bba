namespace Mued.PsDb;

/// <summary>One migration, undo unit or backup table of a report.</summary>
/// <param name="Name">What the step is about.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">The same in the report's own word, for example Applied.</param>
public sealed record ReportStep(string Name, StepOutcome Outcome, string Status)
{
    /// <summary>The file behind the step.</summary>
    public string? File { get; init; }

    /// <summary>One short phrase: the number of statements or rows, or why it was left alone.</summary>
    public string? Detail { get; init; }

    /// <summary>When it started, after the start of the run.</summary>
    public TimeSpan Offset { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What the server and the planner said about it.</summary>
    public IReadOnlyList<ServerNotice> Notices { get; init; } = [];

    /// <summary>What went wrong with this step; null when nothing did.</summary>
    public MuedError? Error { get; init; }
}
