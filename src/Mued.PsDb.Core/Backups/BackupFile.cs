using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A file of a backup: the rows of one table, or of its columns that vanish.</summary>
/// <param name="Name">The file's name in the backup's folder.</param>
/// <param name="Table">The table, schema-qualified.</param>
/// <param name="Rows">How many rows it holds.</param>
/// <param name="Bytes">Its size, in bytes.</param>
/// <param name="Sha256">SHA-256 of the file, in lower-case hexadecimal.</param>
public sealed record BackupFile(string Name, string Table, long Rows, long Bytes, string Sha256)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Figures.Count(Rows, "row")})";
}
