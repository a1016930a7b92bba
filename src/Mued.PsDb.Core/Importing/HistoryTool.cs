using Mued.PsDb.Files;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Importing;

/// <summary>Another tool, by the table that it keeps its history in.</summary>
internal abstract class HistoryTool
{
    /// <summary>Its name, as its makers write it.</summary>
    public abstract string Name { get; }

    /// <summary>The conventions that its folders may have.</summary>
    public abstract IReadOnlyList<MigrationLayout> Layouts { get; }

    /// <summary>The name of its table.</summary>
    public abstract string Table { get; }

    /// <summary>The schema of its table where that is always the same; else null.</summary>
    public virtual string? Schema => null;

    /// <summary>The columns by which its table is told from others of that name.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>
    /// The query for its entries: key, state (Applied, Below or Failed), when, by whom, checksum; what was taken back is left out.
    /// </summary>
    /// <param name="table">The table.</param>
    public abstract string Query(string table);

    /// <summary>What a file's entry is found by; null where it cannot have one.</summary>
    public virtual object? KeyOf(MigrationFile file) => file.Repeatable ? Path.GetFileName(file.Path) : file.Version;

    /// <summary>What an entry may be found by.</summary>
    public virtual IEnumerable<object> KeysOf(ForeignEntry entry) =>
        MigrationVersion.TryParse(entry.Key, out var version) ? [version] : [Path.GetFileName(entry.Key)];

    /// <summary>Its checksum of a file, as its table has it; null where it keeps none.</summary>
    public virtual string? ChecksumOf(MigrationFile file) => null;

    /// <summary>Whether a file is the one that a checksum of its table was made of.</summary>
    public virtual bool Matches(string checksum, MigrationFile file) => ChecksumOf(file) is not { } ours || ours == checksum;

    /// <summary>Whether a table is its history.</summary>
    public bool Owns(ForeignTable table) =>
        table.Name.Name == Table && (Schema is null || table.Name.Schema == Schema) && Columns.All(table.Columns.Contains);
}
