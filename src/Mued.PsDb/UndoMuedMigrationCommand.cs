using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Takes migrations back with their rollback scripts, after a copy of the rows that would be lost.</summary>
[Cmdlet(
    VerbsCommon.Undo,
    "MuedMigration",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = WithBackup
)]
[OutputType(typeof(UndoReport))]
public sealed class UndoMuedMigrationCommand : MigrationCmdlet
{
    private const string WithBackup = "Backup";

    /// <summary>The version to go back to, which stays; without it the newest migration alone is taken back.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>The folder to make for the copy of the rows; without it one in the current folder, named after database and time.</summary>
    [Parameter(ParameterSetName = WithBackup)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? BackupPath { get; set; }

    /// <summary>Destroys the rows without a copy.</summary>
    [Parameter(ParameterSetName = nameof(NoBackup), Mandatory = true)]
    public SwitchParameter NoBackup { get; set; }

    /// <summary>Patterns of file names to leave out.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ExcludeCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>
    /// Asks nothing, and goes on although objects that the migrations did not make are lost too. The copy is made all the same.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override string CommandName => "undo";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = Options();

        // The question holds figures, which a rehearsal finds. -Force answers it; it does not overrule -WhatIf.
        var asks = !DryRun && (!Force || IsWhatIf);
        return Each(
            asks
                ? Work(options, (plan, ending) => OnPipelineAsync(() => IsWanted(UndoQuestion.Of(plan), plan.Warnings), ending)) with
                {
                    AskForAll = databases => AskForAll(options, databases),
                }
                : Work(options, null)
        );
    }

    private static CmdletWork Work(UndoOptions options, Func<UndoPlan, CancellationToken, Task<bool>>? ask)
    {
        return new(UndoAsync) { Activity = "UndoActivity", OwnPath = options.BackupPath };

        async Task<ReportDocument?> UndoAsync(ConnectionSettings settings, IProgress<RunProgress>? progress, CancellationToken token)
        {
            var own = options with { BackupPath = TargetPath.For(options.BackupPath, settings) };
            var report = ask is null
                ? await UndoRunner.RunAsync(settings, own, progress, token).ConfigureAwait(false)
                : await UndoRunner.RunAsync(settings, own, ask, progress, token).ConfigureAwait(false);
            return report is null ? null : ReportDocument.From(report);
        }
    }

    private CmdletWork? AskForAll(UndoOptions options, IReadOnlyList<ConnectionSettings> databases)
    {
        var fleet = new UndoFleet(options);
        using (var progress = Progress(Texts.Get("UndoActivity", Foundation.Texts.Get("FleetOf", databases.Count))))
        {
            Await(async token =>
            {
                await fleet.RehearseAsync(databases, Way, progress, token).ConfigureAwait(false);
                return true;
            });
        }

        return
            fleet.Plans.Count > 0 && !IsWanted(UndoQuestion.Of(fleet.Plans), [.. fleet.Plans.SelectMany(plan => plan.Warnings).Distinct()])
            ? null
            : new(
                async (settings, progress, token) =>
                    ReportDocument.From(await fleet.RunAsync(settings, progress, token).ConfigureAwait(false))
            )
            {
                Activity = "UndoActivity",
            };
    }

    private UndoOptions Options()
    {
        var folder = Folder;
        return Run(
            new UndoOptions
            {
                Path = folder.Path,
                PathReason = folder.Reason,
                Layout = folder.LayoutOf(Layout),
                Variables = NamesOf(Variable),
                Exclude = Exclude,
                Target = Target,
                Only = Only,
                BackupPath = BackupPath is null ? null : FullPath(BackupPath),
                BackupRoot = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
                NoBackup = NoBackup,
                Force = Force,
                HistoryTable = Project.HistoryOf(HistoryTable),
            }
        );
    }

    private bool IsWanted(IEnumerable<string> question, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
            WriteWarning(UntrustedText.OneLine(warning));
        return Ask(question, "UndoCaption", (text, caption) => ShouldProcess(text, text, caption), "ConfirmationNeeded");
    }
}
