using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A lock that a run held and that makes others wait (PostgreSQL manual, Explicit Locking: SHARE and stronger).</summary>
/// <param name="Relation">The relation, schema-qualified.</param>
/// <param name="LockMode">The mode, as pg_locks names it.</param>
/// <param name="Held">How long it was held, to a tenth of a second.</param>
public sealed record HeldLock(
    string Relation,
    string LockMode,
    [property: JsonPropertyName("heldMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan Held
)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Relation} {LockMode} ({Figures.Duration(Held)})";
}
