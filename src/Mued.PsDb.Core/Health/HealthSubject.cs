namespace Mued.PsDb.Health;

/// <summary>What a check looks at, and from which value on it tells.</summary>
/// <param name="Name">Its name, under which its texts are kept and its limit is given.</param>
/// <param name="Unit">What its figures are counted in.</param>
/// <param name="Limit">The last value that passes where no other is given.</param>
/// <param name="Beyond">What a value beyond the limit is.</param>
internal sealed record HealthSubject(string Name, HealthUnit Unit, decimal Limit, RunbookStatus Beyond)
{
    /// <summary>The end of the server's certificate, as this session's TLS handshake has shown it.</summary>
    public static readonly HealthSubject Certificate = new("Certificate", HealthUnit.Days, 14, RunbookStatus.Failed) { AtLeast = true };

    /// <summary>What is not applied, and what stands otherwise in the history than in the folder.</summary>
    public static readonly HealthSubject PendingMigrations = new("PendingMigrations", HealthUnit.Count, 0, RunbookStatus.Warning);

    /// <summary>How much the database has grown since an earlier report.</summary>
    public static readonly HealthSubject Growth = new("Growth", HealthUnit.Percent, 20, RunbookStatus.Warning);

    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<HealthSubject> All { get; } =
    [
        new("Connections", HealthUnit.Percent, 80, RunbookStatus.Failed) { Sql = SessionSql.Connections },
        new("TransactionAge", HealthUnit.Seconds, 3600, RunbookStatus.Failed) { Sql = SessionSql.Transactions },
        new("IdleInTransaction", HealthUnit.Seconds, 600, RunbookStatus.Failed) { Sql = SessionSql.Idle },
        new("QueryAge", HealthUnit.Seconds, 3600, RunbookStatus.Warning) { Sql = SessionSql.Queries },
        new("LockWait", HealthUnit.Seconds, 60, RunbookStatus.Failed) { Sql = SessionSql.LockWaits },
        new("PreparedTransactions", HealthUnit.Seconds, 3600, RunbookStatus.Failed) { Sql = SessionSql.Prepared },
        new("InvalidIndexes", HealthUnit.Count, 0, RunbookStatus.Failed) { Sql = SchemaSql.InvalidIndexes },
        new("UnvalidatedConstraints", HealthUnit.Count, 0, RunbookStatus.Warning) { Sql = SchemaSql.UnvalidatedConstraints },
        new("DisabledTriggers", HealthUnit.Count, 0, RunbookStatus.Warning) { Sql = SchemaSql.DisabledTriggers },
        new("Sequences", HealthUnit.Percent, 75, RunbookStatus.Failed) { Sql = SchemaSql.SequencesAndKeys },
        new("IntegerKeys", HealthUnit.Percent, 75, RunbookStatus.Failed) { Sql = SchemaSql.SequencesAndKeys },
        new("TransactionIds", HealthUnit.Percent, 150, RunbookStatus.Failed) { Sql = ServerSql.TransactionIds },
        new("MultixactIds", HealthUnit.Percent, 150, RunbookStatus.Failed) { Sql = ServerSql.MultixactIds },
        new("DeadRows", HealthUnit.Percent, 20, RunbookStatus.Warning) { Sql = SchemaSql.DeadRows },
        new("DuplicateIndexes", HealthUnit.Count, 0, RunbookStatus.Warning) { Sql = SchemaSql.DuplicateIndexes },
        new("UnusedIndexes", HealthUnit.Megabytes, 10, RunbookStatus.Warning) { Sql = SchemaSql.UnusedIndexes },
        Growth,
        new("ReplicationLag", HealthUnit.Megabytes, 64, RunbookStatus.Failed) { Sql = ServerSql.ReplicationLag },
        new("ReplicationSlots", HealthUnit.Megabytes, 64, RunbookStatus.Failed) { Sql = ServerSql.Slots },
        Certificate,
        new("Collations", HealthUnit.Count, 0, RunbookStatus.Failed) { Sql = ServerSql.Collations },
        new("CacheHitRate", HealthUnit.Percent, 90, RunbookStatus.Warning) { AtLeast = true, Sql = ServerSql.CacheHitRate },
        PendingMigrations,
    ];

    /// <summary>Whether the limit is the smallest value that passes; else it is the largest.</summary>
    public bool AtLeast { get; init; }

    /// <summary>
    /// The query for a major version of the server; null for what is found otherwise. It gives name, value, facts for the text, and the
    /// statement that is missing where the value is null because it is hidden from the role. One that several subjects share is asked once,
    /// and gives the name of the subject before these.
    /// </summary>
    public Func<int, string>? Sql { get; init; }

    /// <summary>Whether a value is beyond a limit.</summary>
    public bool IsBeyond(decimal value, decimal limit) => AtLeast ? value < limit : value > limit;
}
