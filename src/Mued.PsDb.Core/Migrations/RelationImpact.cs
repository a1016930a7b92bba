using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What a rehearsed migration did to a relation that existed before it, as the server showed it.</summary>
/// <param name="Relation">The relation, schema-qualified.</param>
/// <param name="LockModes">The lock modes that the migration took, strongest last, as pg_locks names them.</param>
/// <param name="Rewritten">Whether its storage was rewritten (its relfilenode changed).</param>
/// <param name="Held">From the statement that took the first of these locks to the migration's end.</param>
public sealed record RelationImpact(
    string Relation,
    IReadOnlyList<string> LockModes,
    bool Rewritten,
    [property: JsonPropertyName("heldMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan Held
)
{
    /// <inheritdoc cref="RelationImpact" path="/param[@name='LockModes']"/>
    public IReadOnlyList<string> LockModes { get; init; } = RecordList.Of(LockModes);

    /// <summary>The relations that a migration locked or wrote anew, by name.</summary>
    internal static IReadOnlyList<RelationImpact> Of(IReadOnlyList<StatementEvidence> trace)
    {
        if (trace.Count == 0)
            return [];
        var end = trace[^1].Offset + trace[^1].Duration;
        return
        [
            .. trace
                .SelectMany(statement => statement.Relations.Select(relation => (statement.Offset, Relation: relation)))
                .Where(item => item.Relation.LockModes.Count > 0 || item.Relation.Rewritten)
                .GroupBy(item => item.Relation.Relation, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new RelationImpact(
                    group.Key,
                    Tracing.LockModes.Sort(group.SelectMany(item => item.Relation.LockModes).Distinct()),
                    group.Any(item => item.Relation.Rewritten),
                    end - group.Min(item => item.Offset)
                )),
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Relation} {string.Join(", ", LockModes)}";
}
