using Mued.PsDb.Files;
using Mued.PsDb.Phase2;

namespace Mued.PsDb.Migrations;

/// <summary>What a run takes from the disk.</summary>
/// <param name="Folder">The migrations.</param>
/// <param name="Expected">The schema that the run must end with, if one is known.</param>
internal sealed record MigrationInput(MigrationFolder Folder, SchemaSnapshot? Expected)
{
    /// <summary>The tables that the migrations build on; none where they are not known.</summary>
    public IReadOnlyList<RequiredTable> BaseTables { get; init; } = [];

    /// <summary>
    /// The migration before which these must be there: those before it may make them, and those after it may do away with them. Null where
    /// there is none.
    /// </summary>
    public MigrationFile? FirstOnBase { get; init; }

    /// <summary>Reads the folder.</summary>
    /// <exception cref="MuedException">It cannot be read, or followed.</exception>
    public static MigrationFolder ReadFolder(MigrationOptions options) =>
        MigrationFolder.Read(options.Path, options.Exclude, options.AllowDuplicateVersion, options.Layout, options.Variables);

    /// <summary>The same as <see cref="Read"/>, beside what the caller does meanwhile.</summary>
    public static Task<MigrationInput> ReadAsync(MigrationOptions options) => Task.Run(() => Read(options));

    /// <summary>Reads the folder and the schema that it must end with. Every fault of a file is found here, before anything is executed.</summary>
    /// <exception cref="MuedException">The folder, a migration or the expected schema cannot be read.</exception>
    public static MigrationInput Read(MigrationOptions options)
    {
        var folder = ReadFolder(options);
        var expectation = options.SchemaFile ?? (Phase2Set.IsIn(folder.Files) ? BundledSql.ExpectedSchema : null);
        var first = folder.Files.FirstOrDefault(file => options.RequiredTables is null ? Phase2Set.NeedsBaseTables(file) : !file.Excluded);
        return new(folder, expectation is null ? null : SnapshotFile.Load(expectation))
        {
            BaseTables = first is null ? [] : options.RequiredTables ?? Phase2Set.RequiredTables,
            FirstOnBase = first,
        };
    }
}
