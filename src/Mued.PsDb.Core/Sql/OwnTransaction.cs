namespace Mued.PsDb.Sql;

/// <summary>What the open transaction has written, be it in a subtransaction, which has an id of its own; as SQL about a row's xmin.</summary>
internal static class OwnTransaction
{
    private const string Current = "pg_current_xact_id()::text::bigint";

    // The ids of its subtransactions follow its own (PostgreSQL manual, Subtransactions).
    private const string Distance = $"(xmin::text::bigint + 4294967296 - {Current} % 4294967296) % 4294967296";

    /// <summary>The whole id, with its epoch, of one that <see cref="Wrote"/> is true of.</summary>
    public const string Id = $"({Current} + {Distance})::text::xid8";

    /// <summary>Whether it wrote the row: of others that are open no row is seen. A row that was frozen an epoch ago is far away.</summary>
    public const string Wrote = $"""
        CASE WHEN xmin::text::bigint > 2 AND {Distance} < 10000000 THEN pg_xact_status({Id}) = 'in progress' ELSE false END
        """;
}
