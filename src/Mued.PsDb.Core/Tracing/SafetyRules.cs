namespace Mued.PsDb;

/// <summary>The rules of <c>Test-MuedMigration</c>: the one table of what is found, how grave it is at most, and what others call it.</summary>
public static class SafetyRules
{
    internal const string BlockingRewrite = "blocking-rewrite";
    internal const string BlockingScan = "blocking-scan";
    internal const string BlockingIndexBuild = "blocking-index-build";
    internal const string LockHeldLong = "lock-held-long";
    internal const string SeveralStrongLocks = "several-strong-locks";
    internal const string DataLoss = "data-loss";
    internal const string BreaksReaders = "breaks-readers";
    internal const string BreaksWriters = "breaks-writers";
    internal const string MassWrite = "mass-write";
    internal const string VolatileDefault = "volatile-default";
    internal const string ForeignKeyWithoutIndex = "foreign-key-without-index";
    internal const string ConstraintLeftUnvalidated = "constraint-left-unvalidated";
    internal const string InvalidIndexLeft = "invalid-index-left";
    internal const string NeedsAnalyze = "needs-analyze";
    internal const string SequenceWillEnd = "sequence-will-end";
    internal const string DiskSpace = "disk-space";
    internal const string NoUndo = "no-undo";
    internal const string NotRehearsed = "not-rehearsed";
    internal const string Order = "order";
    internal const string UnusedAllow = "unused-allow";

    /// <summary>All of them, those that block first.</summary>
    public static IReadOnlyList<SafetyRule> All { get; } =
    [
        new(
            BlockingRewrite,
            FindingSeverity.Error,
            [
                "squawk changing-column-type prefer-repack",
                "eugene E5 E10 E11",
                "strong_migrations changing-the-type-of-a-column adding-a-stored-generated-column",
                "GitLab changing-column-types migrating-integer-primary-keys-to-bigint",
            ]
        ),
        new(
            BlockingScan,
            FindingSeverity.Error,
            [
                "squawk constraint-missing-not-valid adding-foreign-key-constraint adding-not-nullable-field",
                "eugene E1 E2 W14",
                "strong_migrations adding-a-check-constraint adding-a-foreign-key setting-not-null-on-an-existing-column",
                "GitLab adding-foreign-keys not-null-constraints",
            ]
        ),
        new(
            BlockingIndexBuild,
            FindingSeverity.Error,
            [
                "squawk require-concurrent-index-creation require-concurrent-reindex disallowed-unique-constraint",
                "eugene E6 E7 E8",
                "strong_migrations adding-an-index-non-concurrently adding-a-unique-constraint adding-an-exclusion-constraint",
                "GitLab adding-indexes",
            ]
        ),
        new(
            VolatileDefault,
            FindingSeverity.Error,
            [
                "squawk adding-field-with-default adding-serial-primary-key-field",
                "eugene E11",
                "strong_migrations adding-a-column-with-a-volatile-default-value adding-an-auto-incrementing-column",
            ]
        ),
        new(
            LockHeldLong,
            FindingSeverity.Error,
            ["squawk transaction-nesting", "eugene E4", "GitLab heavy-operations-in-a-single-transaction"]
        ),
        new(MassWrite, FindingSeverity.Error, ["strong_migrations backfilling-data", "GitLab updating-an-existing-column"]),
        new(SeveralStrongLocks, FindingSeverity.Warning, ["eugene E4"]),
        new(
            DataLoss,
            FindingSeverity.Error,
            [
                "squawk ban-drop-table ban-drop-column ban-truncate-cascade",
                "strong_migrations removing-a-column",
                "GitLab dropping-columns dropping-tables",
            ]
        ),
        new(
            BreaksReaders,
            FindingSeverity.Warning,
            [
                "squawk renaming-table renaming-column changing-column-type ban-drop-table ban-drop-column",
                "strong_migrations renaming-a-table renaming-a-column renaming-a-schema removing-a-column",
                "GitLab renaming-tables renaming-columns dropping-columns dropping-tables",
            ]
        ),
        new(
            BreaksWriters,
            FindingSeverity.Error,
            ["squawk adding-required-field", "strong_migrations setting-not-null-on-an-existing-column"]
        ),
        new(
            ForeignKeyWithoutIndex,
            FindingSeverity.Warning,
            ["strong_migrations adding-a-reference", "GitLab adding-foreign-key-constraints"]
        ),
        new(ConstraintLeftUnvalidated, FindingSeverity.Warning, []),
        new(InvalidIndexLeft, FindingSeverity.Warning, []),
        new(NeedsAnalyze, FindingSeverity.Note, []),
        new(SequenceWillEnd, FindingSeverity.Note, ["squawk prefer-bigint-over-int prefer-bigint-over-smallint"]),
        new(DiskSpace, FindingSeverity.Note, []),
        new(NoUndo, FindingSeverity.Note, ["GitLab reversibility"]),
        new(NotRehearsed, FindingSeverity.Warning, []),
        new(Order, FindingSeverity.Warning, []),
        new(UnusedAllow, FindingSeverity.Warning, []),
    ];

    internal static SafetyRule Of(string id) => All.Single(rule => rule.Id == id);
}
