using System.Text.Json.Serialization;

namespace Mued.PsDb.Runs;

/// <summary>A transaction of ours that was ended because others waited for it too long.</summary>
internal sealed record OverBudget
{
    /// <summary>When the transaction that was meant began, on the server's clock.</summary>
    public required DateTimeOffset TransactionStart { get; init; }

    /// <summary>The statement that was at work, cut at track_activity_query_size; for looking, not for showing.</summary>
    public required string Statement { get; init; }

    /// <summary>How long it had run.</summary>
    [JsonPropertyName("statementMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Ran { get; init; }

    /// <summary>How far it was, where the server tells; else null.</summary>
    public string? Work { get; init; }

    /// <summary>How long others had waited.</summary>
    [JsonPropertyName("waitedMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Waited { get; init; }

    /// <summary>The WAL that was written since the watch began, where that was why; else null.</summary>
    public long? WalBytes { get; init; }

    /// <summary>Whether the transaction itself waited for a lock most of that time: then another try may find the way free.</summary>
    public bool Queued { get; init; }

    /// <summary>Who waited, the longest first.</summary>
    public IReadOnlyList<BlockedSession> Blocked { get; init; } = [];
}
