namespace Mued.PsDb.Tracing;

/// <summary>The modes of locks on tables, as pg_locks names them (PostgreSQL manual, Explicit Locking).</summary>
internal static class LockModes
{
    public const string RowExclusive = "RowExclusiveLock";
    public const string AccessExclusive = "AccessExclusiveLock";

    private static readonly string[] FromTheWeakest =
    [
        "AccessShareLock",
        "RowShareLock",
        RowExclusive,
        "ShareUpdateExclusiveLock",
        "ShareLock",
        "ShareRowExclusiveLock",
        "ExclusiveLock",
        AccessExclusive,
    ];

    /// <summary>The modes, the strongest last.</summary>
    public static IReadOnlyList<string> Sort(IEnumerable<string> modes) => [.. modes.OrderBy(mode => Array.IndexOf(FromTheWeakest, mode))];

    /// <summary>Whether one of some modes is more than that of a query.</summary>
    public static bool IsRemarkable(IEnumerable<string> modes) => modes.Any(mode => Array.IndexOf(FromTheWeakest, mode) > 1);

    /// <summary>Whom the strongest of some modes keeps waiting.</summary>
    public static Blocking Of(IEnumerable<string> modes) =>
        modes
            .Select(mode =>
                mode switch
                {
                    AccessExclusive => Blocking.Reads,
                    "ShareLock" or "ShareRowExclusiveLock" or "ExclusiveLock" => Blocking.Writes,
                    _ => Blocking.None,
                }
            )
            .DefaultIfEmpty()
            .Max();
}
