using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of a command on many targets.</summary>
/// <param name="Command">The command, as <c>mued-psdb</c> names it.</param>
public sealed record FleetReport(string Command)
{
    // The worst first. A run that was cancelled may have left any target unvisited.
    private static readonly ExitCode[] Worst =
    [
        ExitCode.MigrationFailed,
        ExitCode.Cancelled,
        ExitCode.NoConnection,
        ExitCode.Usage,
        ExitCode.CheckFailed,
        ExitCode.Done,
    ];

    /// <summary>Succeeded when every target did; NothingToDo when there was none, or nothing to do on any.</summary>
    [JsonPropertyOrder(-1)]
    public RunStatus Status =>
        Targets.Any(target => !target.Success) ? RunStatus.Failed
        : Targets.All(target => target.Status == nameof(RunStatus.NothingToDo)) ? RunStatus.NothingToDo
        : Targets.All(target => target.Status == nameof(RunStatus.DryRun)) ? RunStatus.DryRun
        : Targets.All(target => target.Status is nameof(RunStatus.Planned) or nameof(RunStatus.NothingToDo)) ? RunStatus.Planned
        : RunStatus.Succeeded;

    /// <summary>Whether every target did what it was asked for.</summary>
    [JsonPropertyOrder(-1)]
    public bool Success => Status != RunStatus.Failed;

    /// <summary>How many targets succeeded.</summary>
    public int Succeeded => Targets.Count(target => target.Success);

    /// <summary>How many failed.</summary>
    public int Failed => Targets.Count(target => target.ExitCode is { } code && code != ExitCode.Done);

    /// <summary>How many were not begun.</summary>
    public int NotRun => Targets.Count(target => target.ExitCode is null);

    /// <summary>The worst exit code of the targets, in the order 4, 130, 3, 2, 1, 0.</summary>
    [JsonConverter(typeof(JsonNumberEnumConverter<ExitCode>))]
    public ExitCode ExitCode =>
        Targets.Count == 0 ? ExitCode.Done : Worst.First(code => code == ExitCode.Done || Targets.Any(target => target.ExitCode == code));

    /// <summary>The part of the fleet that this was, as 3/8; null for all of it.</summary>
    public string? Shard { get; init; }

    /// <summary>One for each target, in their order.</summary>
    public IReadOnlyList<FleetTarget> Targets
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<FleetTarget>();

    /// <summary>When the run started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {Command}";
}
