using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>Which folder of migrations a command works on, and why it is that one.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Reason">Why, for people; every report says it beside the folder.</param>
public sealed record FolderChoice(string Path, string Reason)
{
    private const string Usual = "migrations";

    /// <summary>The project whose layout, schema and required tables are those of the folder; null for none.</summary>
    public MuedProject? Project { get; private init; }

    /// <summary>The convention of the folder: what a command was told, else what the project's file says, else what the folder shows.</summary>
    /// <param name="given">What the command was told.</param>
    /// <returns>The convention; Auto for the one that the folder shows.</returns>
    public MigrationLayout LayoutOf(MigrationLayout? given) => given ?? Project?.Layout ?? MigrationLayout.Auto;

    /// <summary>Whether several migrations of the folder may share a version: a command was told so, or the project's file says so.</summary>
    /// <param name="given">Whether the command was told so.</param>
    /// <returns>Whether they may.</returns>
    public bool AllowsDuplicateVersion(bool given) => given || Project?.AllowDuplicateVersion == true;

    /// <summary>
    /// The folder that was named; else that of the plan; else the one that the project's file names; else the folder <c>migrations</c> of the current one; and the
    /// bundled Phase 2 where it was asked for, or nothing else is there. What the file says of a folder holds for the one that it names, or
    /// where it names none for any but the bundled one.
    /// </summary>
    /// <param name="path">The folder that was named; null for none.</param>
    /// <param name="phase2">Whether the bundled Phase 2 was asked for.</param>
    /// <param name="project">The project.</param>
    /// <param name="planned">The folder of the plan to which the run is held; null for none.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="MuedException">Both were named; or the folder <c>migrations</c> may be another user's, and so is not taken unasked
    /// (exit code 2).</exception>
    public static FolderChoice Of(string? path, bool phase2, MuedProject project, string? planned = null)
    {
        ArgumentNullException.ThrowIfNull(project);
        var choice = Take(path, phase2, project, planned);
        return choice.Path == BundledSql.Migrations || (project.Path is { } own && own != FullPath(choice.Path, project))
            ? choice
            : choice with
            {
                Project = project,
            };
    }

    /// <summary>The same for a new migration, which makes the folder <c>migrations</c> where no folder is there.</summary>
    /// <param name="path">The folder that was named; null for none.</param>
    /// <param name="project">The project.</param>
    /// <returns>The choice; the folder need not exist.</returns>
    /// <exception cref="MuedException">The folder <c>migrations</c> may be another user's (exit code 2).</exception>
    public static FolderChoice ForNew(string? path, MuedProject project)
    {
        var choice = Of(path, phase2: false, project);
        return path is null && choice.Path == BundledSql.Migrations
            ? new(System.IO.Path.Combine(project.WorkingDirectory, Usual), Texts.Get("Folder.New")) { Project = project }
            : choice;
    }

    private static FolderChoice Take(string? path, bool phase2, MuedProject project, string? planned)
    {
        if (phase2)
            return (path ?? planned) is { } other && other != BundledSql.Migrations
                ? throw Texts.Usage("PathAndPhase2", other)
                : new(BundledSql.Migrations, Texts.Get("Folder.Phase2"));
        if (path is not null)
            return new(path, Texts.Get("Folder.Given"));
        if (planned is not null)
            return new(planned, Texts.Get("Folder.Plan"));
        if (project.Path is not null)
            return new(project.Path, Texts.Get("Folder.Project", project.File));
        var here = System.IO.Path.Combine(project.WorkingDirectory, Usual);
        if (!Directory.Exists(here))
            return new(BundledSql.Migrations, Texts.Get("Folder.Bundled", Usual));
        return FileTrust.WhyNot(here) is { } why ? throw Texts.Usage("FolderUntrusted", here, why) : new(here, Texts.Get("Folder.Here"));
    }

    private static string FullPath(string path, MuedProject project) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path, project.WorkingDirectory));
}
