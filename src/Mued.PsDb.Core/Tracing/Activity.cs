namespace Mued.PsDb.Tracing;

/// <summary>What a transaction has done to a table so far.</summary>
/// <param name="Scans">How often it was read from end to end.</param>
/// <param name="Inserted">Rows added.</param>
/// <param name="Updated">Rows changed.</param>
/// <param name="Deleted">Rows removed.</param>
internal readonly record struct Activity(long Scans, long Inserted, long Updated, long Deleted)
{
    public static Activity operator -(Activity later, Activity earlier) =>
        new(
            later.Scans - earlier.Scans,
            later.Inserted - earlier.Inserted,
            later.Updated - earlier.Updated,
            later.Deleted - earlier.Deleted
        );
}
