using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>One target of a fleet, and the report of the command on it.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Status">How it ended, in the command's own word; NotRun when it was not begun.</param>
public sealed record FleetTarget(string Target, string Status)
{
    internal const string NotRun = nameof(NotRun);

    /// <summary>Whether the command did there what it was asked for.</summary>
    public bool Success => ExitCode == Mued.PsDb.ExitCode.Done;

    /// <summary>The exit code that the command would have ended with on this target alone; null when it was not begun.</summary>
    [JsonConverter(typeof(JsonNumberEnumConverter<ExitCode>))]
    public ExitCode? ExitCode { get; init; }

    /// <summary>One sentence that says what was done.</summary>
    public string Summary { get; init; } = "";

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>What went wrong; its message names the target. Null when nothing did.</summary>
    public MuedError? Error { get; init; }

    /// <summary>The report of the command; null when there was none.</summary>
    public object? Report { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {Target}";
}
