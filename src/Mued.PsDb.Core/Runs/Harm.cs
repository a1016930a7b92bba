using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What a run cost the other clients of its database: how long they waited for it, and how long it held locks that make them wait.</summary>
public sealed record Harm
{
    /// <summary>The longest that anybody was to wait for the run; null when there was no bound.</summary>
    [JsonPropertyName("maxBlockingMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? MaxBlocking { get; init; }

    /// <summary>The longest that anybody was seen waiting for the run, directly or behind another waiter.</summary>
    [JsonPropertyName("longestWaitMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan LongestWait { get; init; }

    /// <summary>
    /// A wait of up to this time may have gone unseen: shorter ones are not looked for, and a run that is quick is not watched at all.
    /// </summary>
    [JsonPropertyName("unseenMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Unseen { get; init; }

    /// <summary>Who was seen waiting, the longest first; twenty at most.</summary>
    public IReadOnlyList<BlockedSession> Blocked
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<BlockedSession>();

    /// <summary>
    /// The locks on relations that were there before and that make writers, or writers and readers, wait; the longest first. What was held
    /// for less than <see cref="Unseen"/> may be missing.
    /// </summary>
    public IReadOnlyList<HeldLock> Locks
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<HeldLock>();

    /// <summary>The standbys that fell behind meanwhile, as far as the role may see them.</summary>
    public IReadOnlyList<StandbyLag> Standbys
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<StandbyLag>();

    /// <inheritdoc/>
    public override string ToString() => Figures.Duration(LongestWait > Unseen ? LongestWait : Unseen);
}
