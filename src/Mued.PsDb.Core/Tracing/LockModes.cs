namespace Mued.PsDb.Tracing;

/// <summary>The modes of locks on tables, as pg_locks names them (PostgreSQL manual, Explicit Locking).</summary>
internal static class LockModes
{
    public const string AccessShare = "AccessShareLock";
    public const string RowShare = "RowShareLock";
    public const string RowExclusive = "RowExclusiveLock";
    public const string ShareUpdateExclusive = "ShareUpdateExclusiveLock";
    public const string AccessExclusive = "AccessExclusiveLock";

    private static readonly string[] FromTheWeakest =
    [
        AccessShare,
        RowShare,
        RowExclusive,
        ShareUpdateExclusive,
        "ShareLock",
        "ShareRowExclusiveLock",
        "ExclusiveLock",
        AccessExclusive,
    ];

    /// <summary>The modes, the strongest last.</summary>
    public static IReadOnlyList<string> Sort(IEnumerable<string> modes) => [.. modes.OrderBy(mode => Array.IndexOf(FromTheWeakest, mode))];

    /// <summary>The strongest of some modes that is not stronger than another; null where all are.</summary>
    public static string? StrongestUpTo(string bound, IEnumerable<string> modes) =>
        Sort(modes.Where(mode => Array.IndexOf(FromTheWeakest, mode) <= Array.IndexOf(FromTheWeakest, bound))) is [.., var strongest]
            ? strongest
            : null;

    /// <summary>A mode as LOCK TABLE names it.</summary>
    public static string Sql(string mode) =>
        mode switch
        {
            AccessShare => "ACCESS SHARE",
            RowShare => "ROW SHARE",
            RowExclusive => "ROW EXCLUSIVE",
            ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
        };

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
