namespace Mued.PsDb.Tracing;

/// <summary>Up to which size work on a table is over before anybody notices.</summary>
/// <param name="Rows">Fewer rows than this, at one kilobyte each.</param>
internal readonly record struct SmallTable(long Rows)
{
    public const int DefaultRows = 10_000;

    // The least that a row takes: its header and its pointer (PostgreSQL manual, Database Page Layout).
    private const int LeastRow = 28;

    /// <summary>Whether a table is larger; what is not known is taken to be.</summary>
    public bool IsLarge(RelationEvidence relation) =>
        relation.Bytes is not { } bytes || bytes >= Rows * 1024 || (relation.Rows ?? bytes / LeastRow) >= Rows;
}
