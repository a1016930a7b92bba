using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>Begins a migration: the files of the next version, in the convention of the folder.</summary>
public static partial class NewMigration
{
    /// <summary>Says which files they are. Writes nothing.</summary>
    /// <param name="options">The folder and the name.</param>
    /// <param name="clock">The clock of a dated version; null for the system's.</param>
    /// <returns>The files.</returns>
    /// <exception cref="MuedException">The folder cannot be read or is the bundled one, its tool writes its files itself, or the name is
    /// none (exit code 2).</exception>
    public static NewMigrationReport Plan(NewMigrationOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Path == BundledSql.Migrations)
            throw Texts.Usage("NewInBundled");
        var path = Path.GetFullPath(options.Path);
        var folder = Path.Exists(path) ? new FolderContents(path, [], ImmutableDictionary<string, string>.Empty) : null;
        var layout = folder is null ? LayoutChoice.Named(options.Layout) : LayoutChoice.Of(folder, options.Layout).Layout;
        var newest = folder is null
            ? null
            : layout.Read(folder).Select(part => part.Version).Where(version => version is { IsNone: false }).Max();
        var version = NextVersion.After(newest, layout, options.Timestamp, (clock ?? TimeProvider.System).GetUtcNow());
        var name = Spaces().Replace(options.Name.Trim(), "_");

        // What follows the version must not be read as a part of it.
        if (!Words().IsMatch(name) || MigrationVersion.OfName($"{version}_{name}")?.Text != version)
            throw Texts.Usage("NewNameWrong", options.Name);
        var files = layout.Make(version, name);
        return new(path, version, files[0].Identity)
        {
            PathReason = options.PathReason,
            Layout = layout.Name,
            Files = [.. files.Select(file => Path.Combine(path, file.Name))],
            Texts = [.. files.Select(file => file.Text)],
        };
    }

    /// <summary>Writes the files, and the folder where it is not there; all of them or none, and never over one that is there.</summary>
    /// <param name="plan">What <see cref="Plan"/> gave.</param>
    /// <exception cref="MuedException">A file is there already, or cannot be written (exit code 2).</exception>
    public static void Write(NewMigrationReport plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var made = new List<string>();
        try
        {
            foreach (var (file, text) in plan.Files.Zip(plan.Texts))
            {
                FileFolder.Make(file);
                using var stream = new FileStream(file, FileMode.CreateNew);
                made.Add(file);
                using var writer = new StreamWriter(stream);
                writer.Write(text);
            }
        }
        catch (Exception e) when (FileFailure.IsUnwritable(e))
        {
            var there = plan.Files.Except(made).FirstOrDefault(File.Exists);
            made.ForEach(File.Delete);
            throw there is not null
                ? Texts.Error("NewFileThere", ExitCode.Usage, e, there)
                : Texts.Error("NewFileUnwritten", ExitCode.Usage, e, plan.Path, e.Message);
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^[\p{L}\p{M}\p{N}_-]{1,100}$")]
    private static partial Regex Words();
}
