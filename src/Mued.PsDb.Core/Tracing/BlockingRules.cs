using Mued.PsDb.Foundation;

namespace Mued.PsDb.Tracing;

/// <summary>The rules about others who wait while a table is worked on, for a time that grows with the table.</summary>
/// <param name="small">Which tables are small.</param>
internal sealed class BlockingRules(SmallTable small)
{
    /// <summary>What one statement does by itself.</summary>
    public IEnumerable<SafetyFinding> Judge(Subject subject)
    {
        if (BlockedBy(subject) is { Count: > 0 } blocked && Work(subject).FirstOrDefault() is { } work)
            yield return Blocked(subject, work, blocked);
        if (Changed(subject) is { } changed)
            yield return subject.Find(SafetyRules.MassWrite, FindingSeverity.Error, changed, changed.Relation, Subject.SizeOf(changed)) with
            {
                Blocks = Blocking.Writes,
                EstimatedMilliseconds = (subject.TimeToEnd + subject.Evidence.Duration)?.TotalMilliseconds,
            };
        if (NeedsSpace(subject) is { } large)
            yield return subject.Find(
                SafetyRules.DiskSpace,
                FindingSeverity.Note,
                large,
                large.Relation,
                Figures.Bytes(large.Bytes!.Value)
            );
    }

    /// <summary>Locks that are held while later statements of the transaction work.</summary>
    public IEnumerable<SafetyFinding> JudgeTransaction(MigrationTrace trace)
    {
        var told = new HashSet<uint>();
        for (var i = 0; i < trace.Statements.Count; i++)
        {
            var subject = new Subject(trace, i);
            foreach (var locked in subject.NewlyBlocked.Where(relation => !told.Contains(relation.Root)))
            {
                var later = Enumerable
                    .Range(i + 1, trace.Statements.Count - i - 1)
                    .Select(index => new Subject(trace, index))
                    .Select(other => (Subject: other, Work: WorkBeside(other, locked)))
                    .FirstOrDefault(other => other.Work is not null);
                if (later.Work is not { } work)
                    continue;
                yield return subject.Find(
                    SafetyRules.LockHeldLong,
                    FindingSeverity.Error,
                    locked,
                    locked.Relation,
                    locked.LockModes[^1],
                    later.Subject.Evidence.Line,
                    work.Relation,
                    Subject.SizeOf(work)
                ) with
                {
                    Blocks = LockModes.Of(locked.LockModes),
                    EstimatedMilliseconds = subject.TimeToEnd?.TotalMilliseconds,
                };
                told.Add(locked.Root);
                break;
            }
        }
    }

    /// <summary>Tables that a transaction locks one after the other.</summary>
    public IEnumerable<SafetyFinding> SeveralStrongLocks(MigrationTrace trace)
    {
        var locked = new Dictionary<uint, string>();
        for (var i = 0; i < trace.Statements.Count; i++)
        {
            var subject = new Subject(trace, i);
            var strong = subject.NewlyBlocked.Where(relation => relation.LockModes.Contains(LockModes.AccessExclusive)).ToList();
            if (locked.Count > 0 && strong.Find(relation => !locked.ContainsKey(relation.Root)) is { } second)
            {
                yield return subject.Find(
                    SafetyRules.SeveralStrongLocks,
                    FindingSeverity.Warning,
                    second,
                    second.Relation,
                    string.Join(", ", locked.Values.Distinct())
                ) with
                {
                    Blocks = Blocking.Reads,
                };
                yield break;
            }

            foreach (var relation in strong)
                locked.TryAdd(relation.Root, relation.Relation);
        }
    }

    private static SafetyFinding Blocked(Subject subject, RelationEvidence work, List<RelationEvidence> blocked)
    {
        var rule = !work.Rewritten
            ? work.IndexesBuilt.Count > 0
                ? SafetyRules.BlockingIndexBuild
                : SafetyRules.BlockingScan
            : ComputesDefault(subject, work)
                ? SafetyRules.VolatileDefault
                : SafetyRules.BlockingRewrite;
        var blocks = blocked.Max(BlocksOf);
        var finding = subject.Find(
            rule,
            FindingSeverity.Error,
            work,
            work.Relation,
            Subject.SizeOf(work),
            Texts.Get(blocks == Blocking.Reads ? "ReadersAndWriters" : "Writers")
        );
        return finding with
        {
            Blocks = blocks,
            EstimatedMilliseconds = subject.Evidence.Measured ? subject.Evidence.Duration.TotalMilliseconds : null,
            Evidence = finding.Evidence with
            {
                Objects = [.. blocked.Where(relation => relation != work).Select(relation => relation.Relation)],
            },
        };
    }

    // A lock that was taken before is this statement's as well when it works on the schema and takes no other: it would have taken it.
    private List<RelationEvidence> BlockedBy(Subject subject)
    {
        var blocked = subject.NewlyBlocked.ToHashSet();
        if (!subject.WorksOnRows)
            blocked.UnionWith(
                Work(subject).Where(relation => relation.Blocks > Blocking.None && (relation.LockModes.Count == 0 || Takes(relation)))
            );
        return [.. blocked];
    }

    private static bool Takes(RelationEvidence relation) => LockModes.Of(relation.LockModes) > Blocking.None;

    private static Blocking BlocksOf(RelationEvidence relation) =>
        LockModes.Of(relation.LockModes) is not Blocking.None and var blocks ? blocks : relation.Blocks;

    // A large table that is worked on from end to end: written anew, an index built, or read; in this order.
    private List<RelationEvidence> Work(Subject subject)
    {
        var checks = subject
            .Evidence.Changes.Where(change => change.Kind is CatalogChangeKind.ConstraintAdded or CatalogChangeKind.ConstraintValidated)
            .Where(change => change.IsForeignKey)
            .Select(change => change.Oid)
            .ToHashSet();
        return
        [
            .. subject
                .Evidence.Relations.Where(relation => relation is { IsQueried: true, Emptied: false } && small.IsLarge(relation))
                .Where(relation =>
                    relation.Rewritten || relation.IndexesBuilt.Count > 0 || relation.Scans > 0 || checks.Contains(relation.Oid)
                )
                .OrderByDescending(relation => relation.Rewritten)
                .ThenByDescending(relation => relation.IndexesBuilt.Count > 0)
                .ThenByDescending(relation => relation.Bytes ?? long.MaxValue),
        ];
    }

    private RelationEvidence? WorkBeside(Subject subject, RelationEvidence locked)
    {
        var own = BlockedBy(subject);
        return own.Exists(relation => relation.Oid == locked.Oid) ? null : Work(subject).FirstOrDefault();
    }

    // Rows may be found by reading their table, or by reading another large one and looking them up.
    private RelationEvidence? Changed(Subject subject)
    {
        if (subject.Evidence.Measured)
            return subject.Evidence.Relations.FirstOrDefault(relation =>
                relation.HoldsRows && relation.RowsUpdated + relation.RowsDeleted >= small.Rows
            );
        if (!subject.WorksOnRows || subject.Evidence.Command == "INSERT")
            return null;
        var read = Work(subject).FindAll(relation => relation.Scans > 0);
        return read.Find(relation => relation.Writable)
            ?? (
                read.Count == 0 ? null : subject.Evidence.Relations.FirstOrDefault(relation => relation.Writable && small.IsLarge(relation))
            );
    }

    private RelationEvidence? NeedsSpace(Subject subject)
    {
        const long Remarkable = 1L << 30;
        return Work(subject).Find(relation => relation.Bytes >= Remarkable && (relation.Rewritten || relation.IndexesBuilt.Count > 0));
    }

    private static bool ComputesDefault(Subject subject, RelationEvidence work) =>
        subject.Evidence.Changes.Any(change =>
            change.Oid == work.Oid && change is { Kind: CatalogChangeKind.ColumnAdded, Column: { HasValue: true, Computed: false } }
        ) && !subject.Evidence.Changes.Any(change => change.Oid == work.Oid && change.Kind == CatalogChangeKind.ColumnTypeChanged);
}
