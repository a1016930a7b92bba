using System.Collections.Immutable;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What <see cref="SchemaTest"/> is asked to do.</summary>
public sealed record SchemaTestOptions
{
    /// <summary>The file with the expected schema; null takes the bundled one of Phase 2, unless <see cref="Path"/> is given.</summary>
    public string? SchemaFile { get; init; }

    /// <summary>
    /// A folder of migrations: the expectation is what they make of an empty database, in a sandbox or, with
    /// <see cref="ScratchDatabase"/>, on the target's own server. It is not given together with <see cref="SchemaFile"/>.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Why it is that folder or file, for people; null says nothing.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention of the folder of <see cref="Path"/>; the default is the one that the folder shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>Whether several migrations of the folder may share a version; they run in the order of their names.</summary>
    public bool AllowDuplicateVersion { get; init; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// Whether the migrations of <see cref="Path"/> are applied to a scratch database on the target's server, which is dropped
    /// afterwards; the role needs CREATEDB.
    /// </summary>
    public bool ScratchDatabase { get; init; }

    /// <summary>
    /// A SQL file that makes what the migrations of <see cref="Path"/> build on; its objects are not part of the expectation.
    /// Null takes <c>sandbox/base.sql</c> beside the folder, where there is one.
    /// </summary>
    public string? BaseFile { get; init; }

    /// <summary>Roles that have another name here than where the expectation was made: from there to here.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether unexpected objects and another order of columns fail the whole instead of warning.</summary>
    public bool Strict { get; init; }

    /// <summary>
    /// These options with what is expected where no file was named: the folder that was named; else the schema that the project's file
    /// names; else what the folder makes.
    /// </summary>
    /// <param name="folder">The folder that is meant.</param>
    /// <param name="isNamed">Whether it was named in so many words.</param>
    /// <param name="layout">The convention that was named; null for none.</param>
    /// <returns>The options.</returns>
    public SchemaTestOptions Expecting(FolderChoice folder, bool isNamed, MigrationLayout? layout)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return !isNamed && folder.Project is { SchemaFile: { } file } project
            ? this with
            {
                SchemaFile = file,
                PathReason = Texts.Get("Folder.Project", project.File),
            }
            : this with
            {
                Path = folder.Path,
                PathReason = folder.Reason,
                Layout = folder.LayoutOf(layout),
                AllowDuplicateVersion = folder.AllowsDuplicateVersion(false),
            };
    }

    /// <summary>Whether the rows are tested too: orphans, polymorphic references, duplicates, ranges; and counted.</summary>
    public bool IncludeData { get; init; }
}
