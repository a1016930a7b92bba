using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>The outcome of <c>mued-psdb demo</c>: the reports of its four parts.</summary>
/// <param name="Connection">The connection test.</param>
/// <param name="Migration">The first run, which applies Phase 2.</param>
/// <param name="Schema">The schema test.</param>
/// <param name="SecondRun">The second run, which finds nothing to do.</param>
public sealed record DemoReport(ConnectionReport Connection, MigrationReport Migration, SchemaReport Schema, MigrationReport SecondRun)
{
    /// <summary>Whether every part did what it shows.</summary>
    [JsonPropertyOrder(-1)]
    public bool Success => Status != RunStatus.Failed;

    /// <summary>Succeeded when every part did what it shows.</summary>
    [JsonPropertyOrder(-1)]
    public RunStatus Status =>
        Connection.Success && Migration.Status == RunStatus.Succeeded && Schema.Passed && SecondRun.Status == RunStatus.NothingToDo
            ? RunStatus.Succeeded
            : RunStatus.Failed;

    /// <summary>The URL of the kept database, with its random password; null when the server is gone.</summary>
    public string? Url { get; init; }

    /// <summary>The command that stops and deletes the kept server.</summary>
    public string? StopCommand { get; init; }
}
