using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>
/// How far a standby fell behind while a run was at work (pg_stat_replication.replay_lag). Its own queries wait for the run's locks once
/// they are replayed, and what it has to replay waits for them; the primary sees of it only that it falls behind.
/// </summary>
/// <param name="Name">The standby's application_name.</param>
/// <param name="Lag">The longest replay lag that was seen.</param>
public sealed record StandbyLag(
    string Name,
    [property: JsonPropertyName("lagMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan Lag
)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Figures.Duration(Lag)})";
}
