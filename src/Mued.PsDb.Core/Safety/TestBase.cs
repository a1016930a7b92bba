using System.Collections.Immutable;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Safety;

/// <summary>What the tested migrations are run on, and how large its tables are.</summary>
/// <param name="Words">What it is, for a person.</param>
/// <param name="Sizes">How large tables are, by name.</param>
internal sealed record TestBase(string Words, IReadOnlyDictionary<ObjectName, RelationSize> Sizes)
{
    private const string SnapshotEnding = ".json";

    private string? Script { get; init; }

    private SchemaSnapshot? Snapshot { get; init; }

    /// <summary>Chooses it: what was given, else the schema of the database, else what lies beside the folder.</summary>
    /// <exception cref="MuedException">A snapshot cannot be read.</exception>
    public static TestBase Choose(MigrationTestOptions options, TestInput input, TestTarget? target)
    {
        var none = ImmutableDictionary<ObjectName, RelationSize>.Empty;
        if (options.Base is { } given && given.EndsWith(SnapshotEnding, StringComparison.OrdinalIgnoreCase))
        {
            var snapshot = SnapshotFile.Load(given);
            return new(Texts.Get("Base.Snapshot", given), target?.Sizes ?? SizesOf(snapshot)) { Snapshot = snapshot };
        }

        if (options.Base is { } script)
            return new(Texts.Get("Base.Script", script), target?.Sizes ?? none) { Script = script };
        if (target is not null)
            return new(Texts.Get("Base.Target"), target.Sizes) { Snapshot = target.Schema };
        var beside = BesideFolder(input.Folder.Path);
        return new(
            input.Before.Count > 0 ? Texts.Get("Base.Folder", Figures.Count(input.Before.Count, "earlier migration"))
                : beside is not null ? Texts.Get("Base.Script", beside)
                : Texts.Get("Base.Empty"),
            none
        )
        {
            Script = beside,
        };
    }

    /// <summary>Makes it.</summary>
    /// <returns>What is not in the sandbox, in words.</returns>
    /// <exception cref="MuedException">A statement of a script fails.</exception>
    public Task<IReadOnlyList<string>> MakeAsync(ConnectionSettings sandbox, CancellationToken cancellationToken) =>
        Snapshot is not null ? new SandboxBase(sandbox).FromSnapshotAsync(Snapshot, cancellationToken)
        : Script is not null ? new SandboxBase(sandbox).FromScriptAsync(Script, cancellationToken)
        : Task.FromResult<IReadOnlyList<string>>([]);

    private static Dictionary<ObjectName, RelationSize> SizesOf(SchemaSnapshot snapshot) =>
        snapshot
            .Relations.Where(relation => relation.Bytes is not null)
            .ToDictionary(relation => relation.QualifiedName, relation => new RelationSize(relation.EstimatedRows, relation.Bytes!.Value));

    private static string? BesideFolder(string folder)
    {
        if (folder == BundledSql.Migrations)
            return BundledSql.SandboxBase;
        var beside = Path.Combine(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? "", "sandbox", "base.sql");
        return File.Exists(beside) ? beside : null;
    }
}
