using Mued.PsDb.Files;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The options of a run that say what it does. How it waits and tries again is not among them.</summary>
public sealed record PlanSwitches
{
    /// <summary>The history table as schema.table.</summary>
    public string HistoryTable { get; init; } = HistoryName.Default;

    /// <summary>The convention of the folder; Auto takes the one that it shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>The last version to apply; null applies all.</summary>
    public string? Target { get; init; }

    /// <summary>The files up to and including this version, or this migration, are recorded as applied without running them.</summary>
    public string? Baseline { get; init; }

    /// <summary>The names of the migrations to apply; null applies all that are pending.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>Patterns of file names to leave out.</summary>
    public IReadOnlyList<string> Exclude
    {
        get;
        init => field = RecordList.Of(value ?? []);
    } = RecordList.Of<string>();

    /// <summary>Several files may have one version.</summary>
    public bool AllowDuplicateVersion { get; init; }

    /// <summary>Versions below the newest applied one are applied.</summary>
    public bool AllowOutOfOrder { get; init; }

    /// <summary>New checksums of applied files whose SQL changed are recorded, without running them.</summary>
    public bool AcceptChanged { get; init; }

    /// <summary>Applied migrations run again.</summary>
    public bool Reapply { get; init; }

    /// <summary>What becomes of a procedure or DO block in which an earlier run was interrupted.</summary>
    public ResumeChoice? Resume { get; init; }

    /// <summary>Those that were given, by name, each as a person would write it.</summary>
    internal IReadOnlyDictionary<string, string> Given =>
        Named.Where(one => one.Value is not null).ToDictionary(one => one.Key, one => one.Value!);

    private IEnumerable<KeyValuePair<string, string?>> Named =>
        [
            new(nameof(HistoryTable), HistoryTable == HistoryName.Default ? null : HistoryTable),
            new(nameof(Layout), Layout == default ? null : Layout.ToString()),
            new(nameof(Target), Target),
            new(nameof(Baseline), Baseline),
            new(nameof(Only), Only is null ? null : string.Join(", ", Only)),
            new(nameof(Exclude), Exclude.Count == 0 ? null : string.Join(", ", Exclude)),
            new(nameof(AllowDuplicateVersion), Flag(AllowDuplicateVersion)),
            new(nameof(AllowOutOfOrder), Flag(AllowOutOfOrder)),
            new(nameof(AcceptChanged), Flag(AcceptChanged)),
            new(nameof(Reapply), Flag(Reapply)),
            new(nameof(Resume), Resume?.ToString()),
        ];

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Given.Select(given => $"{given.Key} {given.Value}"));

    private static string? Flag(bool set) => set ? Texts.Get("Yes") : null;
}
