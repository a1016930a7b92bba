using System.Globalization;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A session, or a prepared transaction, that held up a run: who it is and since when, never what it ran.</summary>
/// <param name="Pid">The backend's process id.</param>
/// <param name="ApplicationName">The session's application_name.</param>
/// <param name="State">pg_stat_activity.state; null when the role may not see it.</param>
/// <param name="TransactionAge">How long its transaction has been open.</param>
/// <param name="LockModes">The lock modes it holds on what the migration waited for, as pg_locks names them.</param>
/// <param name="Relation">The relation waited for; null when the wait was for something else.</param>
public sealed record Blocker(
    int Pid,
    string ApplicationName,
    string? State,
    [property: JsonPropertyName("transactionAgeMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan? TransactionAge,
    IReadOnlyList<string> LockModes,
    string? Relation
)
{
    /// <inheritdoc cref="Blocker" path="/param[@name='LockModes']"/>
    public IReadOnlyList<string> LockModes { get; init; } = RecordList.Of(LockModes);

    /// <summary>
    /// The name (gid) of the prepared transaction that it is; null for a session. No session holds one: <see cref="Pid"/> is 0, and its age
    /// counts from PREPARE TRANSACTION.
    /// </summary>
    public string? PreparedTransaction { get; init; }

    /// <summary>
    /// Whether it is an autovacuum that does not step back for others, since it prevents a wraparound of transaction ids (PostgreSQL manual,
    /// "The Autovacuum Daemon").
    /// </summary>
    public bool PreventsWraparound { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pid} {ApplicationName}");
}
