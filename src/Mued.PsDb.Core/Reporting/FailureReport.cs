using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>The report of a command that ended before it had anything else to report: wrong usage, no connection, cancelled.</summary>
/// <param name="Error">What went wrong.</param>
public sealed record FailureReport(MuedError Error)
{
    /// <summary>Always false.</summary>
    public bool Success => false;

    /// <summary>Always <see cref="RunStatus.Failed"/>.</summary>
    [JsonPropertyOrder(-1)]
    public RunStatus Status => RunStatus.Failed;
}
