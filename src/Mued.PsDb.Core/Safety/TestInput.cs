using System.Collections.Immutable;
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
    /// <summary>Of those that are tested, which come before one that is there already, by name; and which that is.</summary>
    public IReadOnlyDictionary<string, string> Behind { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Reads the folder, and chooses by the history of the database, or without one by the options alone.</summary>
    /// <exception cref="MuedException">The folder cannot be read or followed, or a name is not in it.</exception>
    public static TestInput Read(MigrationTestOptions options, IReadOnlyList<HistoryRow> history)
    {
        var folder = MigrationInput.ReadFolder(options.Folder);
        var plan = MigrationPlan.Build(folder, history, options.Folder with { Only = null });
        var pending = plan.Items.Where(item => item.Runs).Select(item => item.File).ToList();
        pending.ForEach(file => Allowances.Check(file.Sql));
        var named = (options.New.Count > 0 ? options.New : options.Migrations.Only)?.Select(name => Find(folder, name)).ToHashSet();

        // What was chosen among all that a folder lists may be applied already; a file that is named as new is tested all the same.
        var chosen =
            named is null ? [.. pending]
            : options.New.Count > 0 ? named
            : pending.Where(named.Contains).ToHashSet();
        var behind = plan
            .Items.Where(item => chosen.Contains(item.File))
            .Select(item =>
                (
                    item.File.Name,
                    Other: plan.AppliedBehind(item) ?? (options.Migrations.Only is null ? LaterThan(item.File, folder, chosen) : null)
                )
            )
            .Where(item => item.Other is not null)
            .ToDictionary(item => item.Name, item => item.Other!);
        if (named is null)
            return new(folder, [], pending) { Behind = behind };

        var last = pending.FindLastIndex(chosen.Contains);
        return new(
            folder,
            options.Base is not null ? [] : [.. pending.Take(last + 1).Where(file => !chosen.Contains(file))],
            [.. folder.Files.Where(chosen.Contains)]
        )
        {
            Behind = behind,
        };
    }

    // Among files that are new, one that is not is older, whatever its version.
    private static string? LaterThan(MigrationFile file, MigrationFolder folder, HashSet<MigrationFile> chosen) =>
        file.Repeatable
            ? null
            : folder
                .Files.LastOrDefault(other =>
                    other is { Repeatable: false, Excluded: false } && !chosen.Contains(other) && other.Version.CompareTo(file.Version) > 0
                )
                ?.Name;

    private static MigrationFile Find(MigrationFolder folder, string name)
    {
        var full = System.IO.Path.GetFullPath(name, folder.Path);
        return folder.Files.FirstOrDefault(file =>
                !file.Excluded && (file.Path == full || file.Name == name || file.Path == System.IO.Path.GetFullPath(name))
            ) ?? throw Texts.Usage("MigrationNotInFolder", name, folder.Path);
    }
}
