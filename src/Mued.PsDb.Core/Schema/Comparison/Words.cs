namespace Mued.PsDb.Schema;

/// <summary>Kinds in words.</summary>
internal static class Words
{
    /// <summary>PartitionedTable -> partitioned table.</summary>
    public static string Of<T>(T kind)
        where T : struct, Enum =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));
}
