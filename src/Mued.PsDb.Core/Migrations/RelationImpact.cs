using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>What a rehearsed migration did to a relation that existed before it, read from the catalog before the rollback.</summary>
/// <param name="Relation">The relation, schema-qualified.</param>
/// <param name="LockModes">The lock modes that the migration took, strongest last, as pg_locks names them.</param>
/// <param name="Rewritten">Whether its storage was rewritten (its relfilenode changed).</param>
/// <param name="Held">From the statement that took the first of these locks to the migration's end.</param>
public sealed record RelationImpact(
    string Relation,
    IReadOnlyList<string> LockModes,
    bool Rewritten,
    [property: JsonPropertyName("heldMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan Held
);
