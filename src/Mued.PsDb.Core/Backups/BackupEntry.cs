using System.Text.Json.Serialization;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>A file of rows: COPY's text format in UTF-8, compressed with gzip.</summary>
internal sealed record BackupEntry
{
    /// <summary>The file's name in the folder.</summary>
    public required string File { get; init; }

    /// <summary>The table's schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The columns in the file, in order.</summary>
    public required IReadOnlyList<BackupColumn> Columns { get; init; }

    /// <summary>
    /// The columns that say which row the others belong to, when only columns vanished and the table stayed; empty for whole rows.
    /// </summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>Whether the table stayed, and the file holds rows of it as they were before the rollback scripts changed them.</summary>
    public bool Stays { get; init; }

    /// <summary>How many rows the file holds.</summary>
    public long Rows { get; init; }

    /// <summary>The file's size.</summary>
    public long Bytes { get; init; }

    /// <summary>The size of the rows before compression.</summary>
    public long ContentBytes { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The table's qualified name.</summary>
    [JsonIgnore]
    public ObjectName Name => new(Schema, Table);

    /// <summary>Whether the file holds columns of a table that stayed.</summary>
    [JsonIgnore]
    public bool ColumnsOnly => Key.Count > 0;

    /// <summary>The columns as the list behind a table's name in COPY and INSERT, which cannot be empty.</summary>
    [JsonIgnore]
    public string Into => Columns.Count > 0 ? $"({string.Join(", ", Columns.Select(column => ObjectName.Quote(column.Name)))})" : "";

    /// <summary>The report's view.</summary>
    public BackupFile ToFile() => new(File, Name.ToString(), Rows, Bytes, Sha256);
}
