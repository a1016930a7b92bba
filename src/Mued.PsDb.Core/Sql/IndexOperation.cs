namespace Mued.PsDb;

/// <summary>What a statement does to an index without blocking writers.</summary>
public enum IndexOperation
{
    /// <summary>CREATE INDEX CONCURRENTLY.</summary>
    Create,

    /// <summary>DROP INDEX CONCURRENTLY.</summary>
    Drop,

    /// <summary>REINDEX CONCURRENTLY of one index, of a table, or of more.</summary>
    Reindex,
}
