using Mued.PsDb.Foundation;

namespace Mued.PsDb.Tracing;

/// <summary>The rules about what clients lose: rows, and names and types that they count on.</summary>
/// <param name="state">The catalog at the end of the migration.</param>
/// <param name="small">Which tables are small.</param>
internal sealed class ClientRules(TraceState state, SmallTable small)
{
    /// <summary>What one statement takes from them.</summary>
    public IEnumerable<SafetyFinding> Judge(Subject subject)
    {
        var changes = subject.Evidence.Changes.Where(change => change.Existed).ToList();
        var breaking = changes.Where(Breaks).ToList();
        var refusing = changes.Where(change => Refuses(subject, change)).ToList();
        return
        [
            .. Lost(subject, changes).Take(1),
            .. breaking.Take(1).Select(change => Broken(subject, change, breaking)),
            .. refusing.Take(1).Select(change => Refused(subject, change)),
        ];
    }

    private IEnumerable<SafetyFinding> Lost(Subject subject, List<CatalogChange> changes)
    {
        var dropped = changes
            .Where(change => change.Kind is CatalogChangeKind.RelationDropped or CatalogChangeKind.ColumnDropped)
            .Select(change => (Relation: EvidenceOf(subject, change), What: Words(change)));
        var rows = subject
            .Evidence.Relations.Where(relation =>
                relation.Emptied
                || (
                    subject.Evidence.Measured
                        ? relation.RowsDeleted >= small.Rows || relation is { RowsDeleted: > 0, Scans: > 0 }
                        : subject.Evidence.Command == "DELETE" && relation is { Writable: true, Scans: > 0 }
                )
            )
            .Select(relation => (Relation: (RelationEvidence?)relation, What: Texts.Get("RowsOf", relation.Relation)));

        // A view holds no rows, and a table that is known to be empty has none to lose.
        return dropped
            .Concat(rows)
            .Where(lost => lost.Relation is { HoldsRows: true } and not { Bytes: 0 })
            .OrderByDescending(lost => small.IsLarge(lost.Relation!))
            .Select(lost =>
                subject.Find(
                    SafetyRules.DataLoss,
                    small.IsLarge(lost.Relation!) ? FindingSeverity.Error : FindingSeverity.Warning,
                    lost.Relation,
                    lost.What,
                    Subject.SizeOf(lost.Relation!)
                )
            );
    }

    // What has its old name again at the end of the transaction was never missed.
    private bool Breaks(CatalogChange change) =>
        change.Kind switch
        {
            CatalogChangeKind.RelationDropped or CatalogChangeKind.RelationRenamed => !state.Names.Contains(change.Relation),
            CatalogChangeKind.ColumnDropped or CatalogChangeKind.ColumnRenamed => !HasColumn(change),
            CatalogChangeKind.ColumnTypeChanged => change.OldColumn!.TypeOid != change.Column!.TypeOid,
            _ => false,
        };

    private bool HasColumn(CatalogChange change) =>
        state.Relations.TryGetValue(change.Oid, out var relation) && relation.Columns.Any(column => column.Name == change.Name);

    private static SafetyFinding Broken(Subject subject, CatalogChange change, List<CatalogChange> all)
    {
        // A type whose values are kept as they are (varchar and text) costs each session one error of a cached plan.
        var minor = all.TrueForAll(other =>
            other.Kind == CatalogChangeKind.ColumnTypeChanged && EvidenceOf(subject, other) is not { Rewritten: true }
        );
        minor &= !all.Exists(other => subject.Evidence.Relations.Any(relation => relation.Rewritten && relation.Root == other.Oid));
        var finding = subject.Find(
            SafetyRules.BreaksReaders,
            minor ? FindingSeverity.Note : FindingSeverity.Warning,
            EvidenceOf(subject, change),
            Words(change),
            Texts.Get("Change." + change.Kind, change.Before, change.After)
        );
        return finding with
        {
            Relation = change.Relation,
            Evidence = finding.Evidence with { Objects = [.. all.Select(Words).Distinct()] },
        };
    }

    // Where a validated CHECK proves it already, the server reads no row, and no client could write null.
    private static bool Refuses(Subject subject, CatalogChange change) =>
        change is { Kind: CatalogChangeKind.ColumnNotNull, Column.HasValue: false }
        && (change.OldColumn is null || EvidenceOf(subject, change) is not { Scans: 0 } || IsNewNotNull(subject, change));

    private static bool IsNewNotNull(Subject subject, CatalogChange change) =>
        subject.Evidence.Changes.Any(other =>
            other.Oid == change.Oid && other is { Kind: CatalogChangeKind.ConstraintAddedNotValid, Constraint.Kind: 'n' }
        );

    private static SafetyFinding Refused(Subject subject, CatalogChange change)
    {
        // A new column without a value for the rows that are there can only be added to an empty table.
        var relation = EvidenceOf(subject, change);
        var impossible = change.OldColumn is null && relation is not { Bytes: 0 };
        return subject.Find(
            SafetyRules.BreaksWriters,
            impossible ? FindingSeverity.Error : FindingSeverity.Warning,
            relation,
            Words(change),
            Texts.Get(impossible ? "FailsOnRows" : "FailsWithoutValue")
        );
    }

    private static RelationEvidence? EvidenceOf(Subject subject, CatalogChange change) =>
        subject.Evidence.Relations.FirstOrDefault(relation => relation.Oid == change.Oid);

    private static string Words(CatalogChange change) => change.Name is { } name ? $"{change.Relation}.{name}" : change.Relation;
}
