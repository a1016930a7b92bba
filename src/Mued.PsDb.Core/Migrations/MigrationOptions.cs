using System.Collections.Immutable;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Migrations;

namespace Mued.PsDb;

/// <summary>What <see cref="MigrationRunner"/> is asked to do.</summary>
public sealed record MigrationOptions : RunOptions
{
    /// <summary>The default of <see cref="HistoryTable"/>.</summary>
    public const string DefaultHistoryTable = HistoryName.Default;

    /// <summary>The folder of the migrations.</summary>
    public required string Path { get; init; }

    /// <summary>Why it is that folder, for people; null says nothing.</summary>
    public string? PathReason { get; init; }

    /// <summary>The expected schema to verify with; null takes the one that belongs to the folder, if any.</summary>
    public string? SchemaFile { get; init; }

    /// <summary>The last version to apply; null applies all.</summary>
    public string? Target { get; init; }

    /// <summary>The convention of the folder; the default is the one that the folder shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The names of the migrations to apply; null applies all that are pending.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>
    /// The tables that must be there before the first migration of the folder runs; null for those that MUED Phase 2 builds on, where the
    /// folder holds it.
    /// </summary>
    public IReadOnlyList<RequiredTable>? RequiredTables { get; init; }

    /// <summary>Patterns of file names to leave out (<c>*</c> and <c>?</c>); the report lists them as skipped.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Allows several files with one version; they run in the order of their names.</summary>
    public bool AllowDuplicateVersion { get; init; }

    /// <summary>Allows pending versions below the newest applied one.</summary>
    public bool AllowOutOfOrder { get; init; }

    /// <summary>Records the new checksums of applied files whose SQL changed, without running them.</summary>
    public bool AcceptChanged { get; init; }

    /// <summary>Runs applied migrations again; they must be idempotent.</summary>
    public bool Reapply { get; init; }

    /// <summary>
    /// What becomes of a procedure or DO block in which an earlier run was interrupted; null stops before anything is executed, and asks.
    /// </summary>
    public ResumeChoice? Resume { get; init; }

    /// <summary>
    /// Records the files up to and including this version, or this migration by its name, as applied without running them. What
    /// <see cref="BaselineSearch"/> finds is such a name.
    /// </summary>
    public string? Baseline { get; init; }

    /// <summary>The history table as schema.table.</summary>
    public string HistoryTable { get; init; } = DefaultHistoryTable;

    /// <summary>How long to wait for another runner that is at work on the same migration.</summary>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The plan to which the run is held; null for none. <see cref="HeldTo"/> sets it, and with it what the plan says.
    /// </summary>
    public ApprovedPlan? Plan { get; internal init; }

    /// <summary>How much a dry run may write; null for no bound.</summary>
    internal RehearsalBounds? Rehearsal { get; init; }

    /// <summary>Those options that say what is done.</summary>
    internal PlanSwitches Switches =>
        new()
        {
            HistoryTable = HistoryTable,
            Layout = Layout,
            Target = Target,
            Baseline = Baseline,
            Only = Only,
            Exclude = Exclude,
            AllowDuplicateVersion = AllowDuplicateVersion,
            AllowOutOfOrder = AllowOutOfOrder,
            AcceptChanged = AcceptChanged,
            Reapply = Reapply,
            Resume = Resume,
        };

    /// <summary>The options of a run that does what a plan says and nothing else. How it waits and tries again stays.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The options to run with.</returns>
    /// <exception cref="MuedException">An option says otherwise than the plan (exit code 2).</exception>
    public MigrationOptions HeldTo(ApprovedPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var switches = plan.Switches;
        foreach (var (name, value) in Switches.Given)
        {
            if (switches.Given.GetValueOrDefault(name) is var planned && planned != value)
                throw Texts.Usage("PlanHoldsSwitch", name, value, planned ?? Texts.Get("PlanSwitchOff"));
        }

        return this with
        {
            HistoryTable = switches.HistoryTable,
            Layout = switches.Layout,
            Target = switches.Target,
            Baseline = switches.Baseline,
            Only = switches.Only,
            Exclude = switches.Exclude,
            AllowDuplicateVersion = switches.AllowDuplicateVersion,
            AllowOutOfOrder = switches.AllowOutOfOrder,
            AcceptChanged = switches.AcceptChanged,
            Reapply = switches.Reapply,
            Resume = switches.Resume,
            Plan = plan,
        };
    }

    /// <summary>How migrations of a folder run: what a command was told of it, and what the project's file says.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="layout">The convention that the command was told; null for none.</param>
    /// <param name="allowDuplicateVersion">Whether the command was told that migrations may share a version.</param>
    /// <returns>Options whose rest is the default.</returns>
    public static MigrationOptions For(FolderChoice folder, MigrationLayout? layout, bool allowDuplicateVersion)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new()
        {
            Path = folder.Path,
            PathReason = folder.Reason,
            Layout = folder.LayoutOf(layout),
            AllowDuplicateVersion = folder.AllowsDuplicateVersion(allowDuplicateVersion),
            SchemaFile = folder.Project?.SchemaFile,
            RequiredTables = folder.Project?.RequiredTables,
        };
    }

    /// <inheritdoc/>
    internal override long? WalBudget => DryRun ? Rehearsal?.WalBytes : null;
}
