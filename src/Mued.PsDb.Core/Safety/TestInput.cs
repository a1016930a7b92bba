using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Migrations;
using Mued.PsDb.Tracing;

namespace Mued.PsDb.Safety;

/// <summary>Which files of a folder are tested, and which of them are what those build on.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Before">What is applied first, where the base is not the database's own schema.</param>
/// <param name="Tested">What is traced.</param>
internal sealed record TestInput(MigrationFolder Folder, IReadOnlyList<MigrationFile> Before, IReadOnlyList<MigrationFile> Tested)
{
    /// <summary>Reads the folder, and chooses by the history of the database, or without one by the options alone.</summary>
    /// <exception cref="MuedException">The folder cannot be read or followed, or a name is not in it.</exception>
    public static TestInput Read(MigrationTestOptions options, IReadOnlyList<HistoryRow> history)
    {
        var settings = options.Migrations with { Target = options.Target };
        var folder = MigrationInput.ReadFolder(settings);
        var plan = MigrationPlan.Build(folder, history, settings);
        var pending = plan.Items.Where(item => item.Runs).Select(item => item.File).ToList();
        pending.ForEach(file => Allowances.Check(file.Sql));
        if (options.New.Count == 0)
            return new(folder, [], pending);

        var chosen = options.New.Select(name => Find(folder, name)).ToHashSet();
        var last = pending.FindLastIndex(chosen.Contains);
        return new(
            folder,
            options.Base is not null ? [] : [.. pending.Take(last + 1).Where(file => !chosen.Contains(file))],
            [.. folder.Files.Where(chosen.Contains)]
        );
    }

    /// <summary>Whether a script of the folder takes a migration back.</summary>
    public bool HasUndo(MigrationFile file) =>
        Folder.Rollbacks.Any(script =>
            script.Undoes == file.Name || (script.Undoes is null && script.Version.CompareTo(file.Version) == 0)
        );

    private static MigrationFile Find(MigrationFolder folder, string name)
    {
        var full = System.IO.Path.GetFullPath(name, folder.Path);
        return folder.Files.FirstOrDefault(file =>
                !file.Excluded && (file.Path == full || file.Name == name || file.Path == System.IO.Path.GetFullPath(name))
            ) ?? throw Texts.Usage("MigrationNotInFolder", name, folder.Path);
    }
}
