using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Applies the pending migrations of a folder, each in a transaction, and verifies the result.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "MuedMigration", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationReport))]
public sealed class InvokeMuedMigrationCommand : MigrationCmdlet
{
    /// <summary>The expected schema to verify with; without it the one that belongs to the folder, if any.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SchemaFile { get; set; }

    /// <summary>The last version to apply; without it all.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>Patterns of file names to leave out; the report lists them as skipped.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Exclude { get; set; } = [];

    /// <summary>Allows several files with one version; they run in the order of their names.</summary>
    [Parameter]
    public SwitchParameter AllowDuplicateVersion { get; set; }

    /// <summary>Allows pending versions below the newest applied one.</summary>
    [Parameter]
    public SwitchParameter AllowOutOfOrder { get; set; }

    /// <summary>Records the new checksums of applied files whose SQL changed, without running them.</summary>
    [Parameter]
    public SwitchParameter AcceptChanged { get; set; }

    /// <summary>Runs applied migrations again; they must be idempotent.</summary>
    [Parameter]
    public SwitchParameter Reapply { get; set; }

    /// <summary>
    /// What becomes of a procedure or DO block without a transaction in which an earlier run was interrupted; without it the run asks.
    /// </summary>
    [Parameter]
    public ResumeChoice? Resume { get; set; }

    /// <summary>
    /// Records the files up to and including this version, or this migration by its name, as applied without running them; Auto finds it
    /// by the schema of the database, and asks.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(VersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Baseline { get; set; }

    /// <summary>Records the baseline that Auto finds without asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long to wait for another runner that is at work on the same migration. A number is seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? WaitTimeout { get; set; }

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        var options = Options();
        if (!MayRun(settings, options))
            return;

        MigrationReport? report;
        using (var progress = Progress(Texts.Get("MigrationActivity", settings.Target)))
        {
            Func<BaselineFinding, CancellationToken, Task<bool>> ask = (finding, ending) => OnPipelineAsync(() => IsIt(finding), ending);
            report = BaselineSearch.IsAskedFor(options)
                ? Await(token => BaselineSearch.RunAsync(settings, options, Force ? null : ask, progress, token))
                : Await(token => MigrationRunner.RunAsync(settings, options, progress, token));
        }

        if (report is not null)
            Publish(report, ReportDocument.From(report), settings);
    }

    private bool IsIt(BaselineFinding finding) =>
        Ask(() => ShouldContinue(string.Join(' ', BaselineQuestion.Of(finding)), Texts.Get("BaselineCaption")), "BaselineUnconfirmed");

    private MigrationOptions Options()
    {
        var defaults = Run(new MigrationOptions { Path = MigrationsFolder(Path) });
        return defaults with
        {
            SchemaFile = SchemaFile is null ? null : FullPath(SchemaFile),
            Layout = Layout,
            Variables = NamesOf(Variable),
            Target = Target,
            Only = Only,
            Exclude = Exclude,
            AllowDuplicateVersion = AllowDuplicateVersion,
            AllowOutOfOrder = AllowOutOfOrder,
            AcceptChanged = AcceptChanged,
            Reapply = Reapply,
            Resume = Resume,
            Baseline = Baseline,
            HistoryTable = HistoryTable,
            WaitTimeout = WaitTimeout ?? defaults.WaitTimeout,
        };
    }

    // A dry run changes nothing, so there is nothing to confirm. With -WhatIf the plan of the run is made and told.
    private bool MayRun(ConnectionSettings settings, MigrationOptions options)
    {
        if (DryRun)
            return true;
        if (!IsWhatIf)
            return ShouldProcess(settings.Target, Texts.Get("ApplyPending", options.Path));

        if (BaselineSearch.IsAskedFor(options))
        {
            var finding = Await(token => BaselineSearch.FindAsync(settings, options, null, token));
            var description = string.Join(' ', BaselineQuestion.Of(finding));
            ShouldProcess(description, description, Texts.Get("BaselineCaption"));
            options = options with { Baseline = finding.Migration };
        }

        var plan = Await(token => MigrationRunner.PlanAsync(settings, options, token))
            .Where(migration => migration.Action is not (PlanAction.Skip or PlanAction.Defer))
            .ToList();
        foreach (var migration in plan)
            ShouldProcess(settings.Target, migration.ToString());
        if (plan.Count == 0)
            WriteVerbose(Texts.Get("NothingPending"));
        return false;
    }
}
