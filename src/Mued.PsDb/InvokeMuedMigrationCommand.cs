using System.Management.Automation;
using Mued.PsDb.Migrations;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Applies the pending migrations of a folder, each in a transaction, and verifies the result.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "MuedMigration", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationReport), typeof(MigrationPlanReport))]
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
    [ArgumentCompleter(typeof(ExcludeCompleter))]
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
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? WaitTimeout { get; set; }

    /// <summary>
    /// A plan that -WhatIf -ReportPath plan.json has written: that is run and nothing else, or nothing where it does not hold any more.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Plan { get; set; }

    /// <summary>With -WhatIf, tests the migrations in a sandbox, as Test-MuedMigration does; the plan has the findings.</summary>
    [Parameter]
    public SwitchParameter TestMigration { get; set; }

    /// <inheritdoc/>
    private protected override object Key => (base.Key, SchemaFile);

    /// <inheritdoc/>
    private protected override string CommandName => "migrate";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = Options();
        if (BaselineSearch.IsAskedFor(options))
            return Search(options);
        var input = new Lazy<Task<MigrationInput>>(() => MigrationInput.ReadAsync(options));
        return Each(
            new(
                async (settings, progress, token) =>
                    ReportDocument.From(
                        await MigrationRunner.RunOnAsync(settings, options, input.Value, progress, token).ConfigureAwait(false)
                    )
            )
            {
                Activity = "MigrationActivity",
                Files = () => input.Value,
                MayRun = settings => MayRun(settings, options),
            }
        );
    }

    /// <inheritdoc/>
    private protected override void CheckMany()
    {
        if (Plan is not null)
            throw Foundation.Texts.Usage("PlanForMany");
    }

    private CmdletRun Search(MigrationOptions options)
    {
        Func<BaselineFinding, CancellationToken, Task<bool>> ask = (finding, ending) => OnPipelineAsync(() => IsIt(finding), ending);
        return Each(
            new(
                async (settings, progress, token) =>
                    await BaselineSearch.RunAsync(settings, options, Force ? null : ask, progress, token).ConfigureAwait(false)
                        is { } report
                        ? ReportDocument.From(report)
                        : null
            )
            {
                Activity = "MigrationActivity",
                MayRun = settings => MayRun(settings, options),
                AskForAll = Force || DryRun ? null : _ => throw Foundation.Texts.Usage("BaselineUnconfirmed"),
            }
        );
    }

    private bool IsIt(BaselineFinding finding) =>
        Ask(BaselineQuestion.Of(finding), "BaselineCaption", ShouldContinue, "BaselineUnconfirmed");

    private MigrationOptions Options()
    {
        if (Plan is null && PipedRecord.IsPlan(InputObject))
            throw Foundation.Texts.Usage("PlanPiped");
        var plan = Plan is null ? null : PlanFile.Load(FullPath(Plan));
        var defaults = Run(MigrationOptions.For(Choose(Path, Phase2, plan?.Path), Layout, AllowDuplicateVersion));
        var options = defaults with
        {
            SchemaFile = SchemaFile is null ? defaults.SchemaFile : FullPath(SchemaFile),
            Variables = NamesOf(Variable),
            Target = Target,
            Only = Only,
            Exclude = Exclude,
            AllowOutOfOrder = AllowOutOfOrder,
            AcceptChanged = AcceptChanged,
            Reapply = Reapply,
            Resume = Resume,
            Baseline = Baseline,
            HistoryTable = Project.HistoryOf(HistoryTable),
            WaitTimeout = WaitTimeout ?? defaults.WaitTimeout,
        };
        return plan is null ? options : options.HeldTo(plan);
    }

    // A dry run changes nothing, so there is nothing to confirm.
    private bool MayRun(ConnectionSettings settings, MigrationOptions options)
    {
        if (IsWhatIf && !DryRun)
        {
            ShowPlan(settings, options);
            return false;
        }

        if (TestMigration)
            throw Foundation.Texts.Usage("TestWithoutPlan");
        return DryRun || ShouldProcess(settings.Target, Texts.Get("ApplyPending", options.Path, options.PathReason));
    }

    // The plan of the run is made and told. As a file, for an approver, it is also rehearsed.
    private void ShowPlan(ConnectionSettings settings, MigrationOptions options)
    {
        if (ReportPath is null && !TestMigration)
            Show(settings, (progress, token) => MigrationPlanner.PreviewAsync(settings, options, progress, token));
        else
            Publish(
                [settings],
                () =>
                    ReportDocument.From(
                        Show(settings, (progress, token) => MigrationPlanner.RunAsync(settings, options, TestMigration, progress, token))
                    )
            );
    }

    private MigrationPlanReport Show(
        ConnectionSettings settings,
        Func<IProgress<RunProgress>, CancellationToken, Task<MigrationPlanReport>> make
    )
    {
        MigrationPlanReport plan;
        using (var progress = Progress(Texts.Get("PlanActivity", settings.Target)))
            plan = Await(token => make(progress, token));
        if (plan.Baseline is { } finding)
        {
            var description = string.Join(' ', BaselineQuestion.Of(finding));
            ShouldProcess(description, description, Texts.Get("BaselineCaption"));
        }

        foreach (var migration in plan.Migrations.Where(migration => migration.Acts))
            ShouldProcess(settings.Target, migration.ToString());
        if (plan.Status == RunStatus.NothingToDo)
            WriteVerbose(Texts.Get("NothingPending"));
        return plan;
    }
}
