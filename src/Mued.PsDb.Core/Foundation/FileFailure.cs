namespace Mued.PsDb.Foundation;

/// <summary>What the system answers to who writes files.</summary>
internal static class FileFailure
{
    /// <summary>
    /// Whether a file could not be written: no room, no permission, or a file larger than the file system or the account's limit allows,
    /// for which .NET throws an exception that is no IOException (EFBIG in open(2) and write(2)).
    /// </summary>
    public static bool IsUnwritable(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;
}
