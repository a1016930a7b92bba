namespace Mued.PsDb.Sql;

/// <summary>What the open transaction has written, be it in a subtransaction, which has an id of its own; as SQL about a row's xmin.</summary>
internal static class OwnTransaction
{
    private const string Epoch = "4294967296";
    private const string Current = "pg_current_xact_id()::text::bigint";

    // The ids of its subtransactions follow its own (PostgreSQL manual, Subtransactions).
    private const string Distance = $"(xmin::text::bigint + {Epoch} - {Current} % {Epoch}) % {Epoch}";

    /// <summary>The whole id, with its epoch, of one that <see cref="Wrote"/> is true of.</summary>
    public const string Id = $"({Current} + {Distance})::text::xid8";

    /// <summary>
    /// Whether it wrote the row: of others that are open, or were when the statement began, no row is seen. A row that was frozen keeps its
    /// xmin, and an epoch later that may be the next id to come, which the server refuses to tell of; so where there has been an epoch before,
    /// what the snapshot does not reach counts as written by others.
    /// </summary>
    public const string Wrote = $"""
        CASE WHEN xmin::text::bigint <= 2 OR {Distance} >= 10000000 THEN false
            WHEN {Distance} = 0 THEN true
            WHEN {Id} < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status({Id}) = 'in progress'
            ELSE {Current} < {Epoch} END
        """;
}
