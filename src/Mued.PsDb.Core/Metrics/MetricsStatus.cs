namespace Mued.PsDb;

/// <summary>What became of the row of a day in <c>rag_metrics_history</c>.</summary>
public enum MetricsStatus : long
{
    /// <summary>There was none.</summary>
    Added,

    /// <summary>Its figures were others.</summary>
    Updated,

    /// <summary>It holds these figures already.</summary>
    Unchanged,
}
