namespace Mued.PsDb.Sql;

/// <summary>What the open transaction has written, be it in a subtransaction, which has an id of its own; as SQL about a row's xmin.</summary>
internal static class OwnTransaction
{
    private const string Epoch = "4294967296";
    private const string Current = "pg_current_xact_id()::text::bigint";

    // The ids of its subtransactions follow its own (PostgreSQL manual, Subtransactions).
    private const string Distance = $"(xmin::text::bigint + {Epoch} - {Current} % {Epoch}) % {Epoch}";
    private const string Number = $"({Current} + {Distance})";

    /// <summary>The whole id, with its epoch, of one that <see cref="Wrote"/> is true of.</summary>
    public const string Id = $"{Number}::text::xid8";

    /// <summary>
    /// A block of PL/pgSQL before a statement that asks <see cref="Wrote"/>: a snapshot reaches as far as the last transaction that has ended, and
    /// not over subtransactions of ours, unless a later one of them is rolled back.
    /// </summary>
    public const string Reach = """
        BEGIN
            PERFORM pg_logical_emit_message(true, 'mued', '');
            RAISE SQLSTATE 'MU000';
        EXCEPTION
            WHEN SQLSTATE 'MU000' THEN NULL;
        END;
        """;

    /// <summary>
    /// Whether it wrote the row: of others that are open, or were when the statement began, no row is seen. A row that was frozen keeps its
    /// xmin, and an epoch later that may be the next id to come, which the server refuses to tell of; so where there has been an epoch before,
    /// what the snapshot does not reach counts as written by others.
    /// </summary>
    public const string Wrote = $"""
        CASE WHEN age(xmin) > 0 THEN false
            WHEN {Distance} = 0 THEN true
            WHEN {Id} < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status({Id}) = 'in progress'
            ELSE {Number} < {Epoch} END
        """;

    /// <summary>
    /// Whether it may have written the row: of others' there are, where there has been an epoch before, some that were frozen then. It needs no
    /// <see cref="Reach"/>, and is for what is looked at once more.
    /// </summary>
    public const string MayHaveWritten = "pg_catalog.age(xmin) BETWEEN -100000000 AND 0";

    /// <summary><see cref="Reach"/>, as a statement.</summary>
    public static BatchStep ReachOver => "DO " + SqlString.Literal(Reach);
}
