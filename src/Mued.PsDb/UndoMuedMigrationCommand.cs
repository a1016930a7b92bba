using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Takes migrations back with their rollback scripts, after a copy of the rows that would be lost.</summary>
[Cmdlet(VerbsCommon.Undo, "MuedMigration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(UndoReport))]
public sealed class UndoMuedMigrationCommand : MigrationCmdlet
{
    /// <summary>The version to go back to, which stays; without it the newest migration alone is taken back.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>The folder to make for the copy of the rows; without it one in the current folder, named after database and time.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? BackupPath { get; set; }

    /// <summary>Destroys the rows without a copy.</summary>
    [Parameter]
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
    protected override void Process(ConnectionSettings settings)
    {
        var options = Options();
        using var progress = Progress(Texts.Get("UndoActivity", settings.Target));

        // The question holds figures, which a rehearsal finds. -Force answers it; it does not overrule -WhatIf.
        var report =
            DryRun || (Force && !IsWhatIf)
                ? Await(token => UndoRunner.RunAsync(settings, options, progress, token))
                : Await(token =>
                    UndoRunner.RunAsync(settings, options, (plan, ending) => OnPipelineAsync(() => IsWanted(plan), ending), progress, token)
                );
        if (report is not null)
            Publish(report, ReportDocument.From(report), settings);
    }

    private UndoOptions Options()
    {
        var folder = Folder;
        return Run(
            new UndoOptions
            {
                Path = folder.Path,
                PathReason = folder.Reason,
                Layout = Layout ?? folder.Project?.Layout ?? MigrationLayout.Auto,
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

    private bool IsWanted(UndoPlan plan)
    {
        foreach (var warning in plan.Warnings)
            WriteWarning(UntrustedText.OneLine(warning));
        var description = string.Join(' ', UndoQuestion.Of(plan));
        return Ask(() => ShouldProcess(description, description, Texts.Get("UndoCaption")), "ConfirmationNeeded");
    }
}
