using Mued.PsDb.Files;
using Mued.PsDb.Phase2;

namespace Mued.PsDb.Migrations;

/// <summary>What a run takes from the disk.</summary>
/// <param name="Folder">The migrations.</param>
/// <param name="Phase2">Whether Phase 2 is among them, so that its prerequisites apply.</param>
/// <param name="Expected">The schema that the run must end with, if one is known.</param>
internal sealed record MigrationInput(MigrationFolder Folder, bool Phase2, SchemaSnapshot? Expected)
{
    /// <summary>Reads the folder and the schema that it must end with. Every fault of a file is found here, before anything is executed.</summary>
    /// <exception cref="MuedException">The folder, a migration or the expected schema cannot be read.</exception>
    public static MigrationInput Read(MigrationOptions options)
    {
        var folder = MigrationFolder.Read(options.Path, options.Exclude, options.AllowDuplicateVersion);
        var phase2 = Phase2Set.IsIn(folder);
        var expectation = options.SchemaFile ?? (phase2 ? BundledSql.ExpectedSchema : null);
        return new(folder, phase2, expectation is null ? null : SnapshotFile.Load(expectation));
    }
}
