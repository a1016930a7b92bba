using System.Globalization;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A session of somebody else that waited for a run: who it is and how long, never what it ran.</summary>
/// <param name="Pid">The backend's process id.</param>
/// <param name="ApplicationName">The session's application_name.</param>
/// <param name="Waited">How long it was seen waiting since the run's transaction began.</param>
/// <param name="LockMode">The lock mode that it waited for, as pg_locks names it.</param>
/// <param name="Relation">The relation waited for; null when the wait was for something else, such as a row.</param>
public sealed record BlockedSession(
    int Pid,
    string ApplicationName,
    [property: JsonPropertyName("waitedMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan Waited,
    string LockMode,
    string? Relation
)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Pid} {ApplicationName} ({Figures.Duration(Waited)})");
}
