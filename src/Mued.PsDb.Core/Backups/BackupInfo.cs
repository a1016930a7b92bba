using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A backup on disk, complete and read back against its hashes.</summary>
/// <param name="Path">The full path of its folder.</param>
/// <param name="Files">The files that hold rows.</param>
public sealed record BackupInfo(string Path, IReadOnlyList<BackupFile> Files)
{
    /// <inheritdoc cref="BackupInfo" path="/param[@name='Files']"/>
    public IReadOnlyList<BackupFile> Files { get; init; } = RecordList.Of(Files);

    /// <summary>How many objects, parts of tables, comments and privileges it describes.</summary>
    public int Objects { get; init; }

    /// <summary>How many large objects it holds.</summary>
    public long LargeObjects { get; init; }

    /// <summary>How many rows it holds.</summary>
    public long Rows => Files.Sum(file => file.Rows);

    /// <summary>The size of its files of rows, in bytes.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <inheritdoc/>
    public override string ToString() => Path;
}
