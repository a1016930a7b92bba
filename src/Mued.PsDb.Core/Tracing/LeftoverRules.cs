using Mued.PsDb.Foundation;

namespace Mued.PsDb.Tracing;

/// <summary>The rules about what migrations leave behind, which only the end of all of them shows.</summary>
/// <param name="state">The catalog at the end.</param>
/// <param name="small">Which tables are small.</param>
internal sealed class LeftoverRules(TraceState state, SmallTable small)
{
    private readonly Dictionary<uint, (Subject Subject, CatalogChange Change)> constraints = [];
    private readonly Dictionary<uint, (Subject Subject, CatalogChange Change)> indexes = [];
    private readonly Dictionary<uint, (Subject Subject, RelationEvidence Relation)> unanalyzed = [];
    private readonly Dictionary<uint, Subject> sequences = [];

    /// <summary>Notes what a statement leaves behind for now.</summary>
    public void Note(Subject subject)
    {
        foreach (var change in subject.Evidence.Changes)
        {
            if (change.Constraint is { Inherited: false } constraint)
                constraints.TryAdd(constraint.Oid, (subject, change));
            if (change.Index != 0)
                indexes.TryAdd(change.Index, (subject, change));
            if (change.Kind == CatalogChangeKind.SequenceAdded)
                sequences.TryAdd(change.Oid, subject);
            NoteStatistics(subject, change);
        }

        if (subject.Evidence.Command is "ANALYZE" or "VACUUM")
        {
            foreach (var relation in subject.Evidence.Relations)
                unanalyzed.Remove(relation.Oid);
        }
    }

    /// <summary>What is left at the end.</summary>
    public IEnumerable<SafetyFinding> Judge() => [.. Keys(), .. Unvalidated(), .. InvalidIndexes(), .. Statistics(), .. Sequences()];

    private void NoteStatistics(Subject subject, CatalogChange change)
    {
        var relation = subject.Evidence.Relations.FirstOrDefault(relation => relation.Oid == change.Oid);
        if (relation is null || !small.IsLarge(relation))
            return;
        var expressions =
            change.Kind == CatalogChangeKind.IndexAdded && state.Relations.TryGetValue(change.Index, out var index) && index.HasExpressions;
        if (expressions || change.Kind == CatalogChangeKind.ColumnTypeChanged)
            unanalyzed.TryAdd(change.Oid, (subject, relation));
    }

    private IEnumerable<SafetyFinding> Keys()
    {
        foreach (var (subject, change) in constraints.Values.Where(entry => entry.Change.IsForeignKey))
        {
            if (!state.Relations.TryGetValue(change.Oid, out var table) || Find(table, change) is not { } key)
                continue;
            var indexed = state.Relations.Values.Any(index =>
                index.Table == table.Oid && index.Keys.Take(key.Columns.Count).ToHashSet().SetEquals(key.Columns)
            );
            var relation = subject.Evidence.Relations.FirstOrDefault(relation => relation.Oid == change.Oid);
            if (!indexed && (relation is null || small.IsLarge(relation)))
                yield return subject.Find(
                    SafetyRules.ForeignKeyWithoutIndex,
                    relation is null ? FindingSeverity.Note : FindingSeverity.Warning,
                    relation,
                    table.Name,
                    key.Name
                ) with
                {
                    Relation = table.Name.ToString(),
                };
        }
    }

    private IEnumerable<SafetyFinding> Unvalidated()
    {
        foreach (var (subject, change) in constraints.Values)
        {
            if (state.Relations.TryGetValue(change.Oid, out var table) && Find(table, change) is { Validated: false } left)
                yield return subject.Find(
                    SafetyRules.ConstraintLeftUnvalidated,
                    FindingSeverity.Warning,
                    subject.Evidence.Relations.FirstOrDefault(relation => relation.Oid == change.Oid),
                    left.Name,
                    table.Name
                );
        }
    }

    private IEnumerable<SafetyFinding> InvalidIndexes()
    {
        foreach (var (subject, change) in indexes.Values)
        {
            if (state.Relations.TryGetValue(change.Index, out var index) && !index.Valid)
                yield return subject.Find(
                    SafetyRules.InvalidIndexLeft,
                    FindingSeverity.Warning,
                    subject.Evidence.Relations.FirstOrDefault(relation => relation.Oid == change.Oid),
                    index.Name,
                    change.Relation
                );
        }
    }

    private IEnumerable<SafetyFinding> Statistics() =>
        from entry in unanalyzed.Values
        select entry.Subject.Find(SafetyRules.NeedsAnalyze, FindingSeverity.Note, entry.Relation, entry.Relation.Relation);

    private IEnumerable<SafetyFinding> Sequences()
    {
        foreach (var (oid, subject) in sequences)
        {
            if (state.Relations.TryGetValue(oid, out var sequence) && sequence.MaxValue <= int.MaxValue)
                yield return subject.Find(
                    SafetyRules.SequenceWillEnd,
                    FindingSeverity.Note,
                    null,
                    sequence.Name,
                    Figures.Number(sequence.MaxValue)
                ) with
                {
                    Relation = sequence.Name.ToString(),
                };
        }
    }

    private static TracedConstraint? Find(TracedRelation table, CatalogChange change) =>
        table.Constraints.FirstOrDefault(constraint => constraint.Oid == change.Constraint!.Oid);
}
