using System.Management.Automation;
using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Loads the rows that Undo-MuedMigration copied before it took their tables away.</summary>
[Cmdlet(VerbsData.Restore, "MuedBackup", SupportsShouldProcess = true)]
[OutputType(typeof(RestoreReport))]
public sealed class RestoreMuedBackupCommand : ChangingCmdlet, ITenantCmdlet
{
    /// <summary>A pattern for the schemas to work on, of each database; each is a tenant with a history of its own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? TenantSchema { get; set; }

    /// <summary>The folder of the copy.</summary>
    [Parameter(Mandatory = true)]
    [Alias("BackupPath")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>What to do with rows that exist already.</summary>
    [Parameter]
    public ConflictAction OnConflict { get; set; }

    /// <summary>What to do about what else went and is not there.</summary>
    [Parameter]
    public SchemaObjectsAction SchemaObjects { get; set; }

    /// <summary>Loads the copy although it was taken from another database.</summary>
    [Parameter]
    public SwitchParameter AllowOtherDatabase { get; set; }

    /// <summary>Whether <see cref="Cmdlet.ShouldProcess(string)"/> says or asks anything: about_Preference_Variables, $ConfirmPreference.</summary>
    private bool Asks =>
        IsWhatIf
        || (
            MyInvocation.BoundParameters.TryGetValue("Confirm", out var bound)
                ? LanguagePrimitives.IsTrue(bound)
                : LanguagePrimitives.ConvertTo<ConfirmImpact>(GetVariableValue("ConfirmPreference", ConfirmImpact.High))
                    is not ConfirmImpact.None
                        and <= ConfirmImpact.Medium
        );

    /// <inheritdoc/>
    private protected override string CommandName => "restore";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = Run(
            new RestoreOptions
            {
                Path = FullPath(Path),
                OnConflict = OnConflict,
                SchemaObjects = SchemaObjects,
                AllowOtherDatabase = AllowOtherDatabase,
            }
        );
        return Each(
            new(
                async (settings, progress, token) =>
                    ReportDocument.From(await BackupRestorer.RunAsync(settings, Of(settings), progress, token).ConfigureAwait(false))
            )
            {
                Activity = "RestoreActivity",
                OwnPath = options.Path,
                MayRun = settings => DryRun || ShouldProcess(settings.Target, Action(settings)),
            }
        );

        RestoreOptions Of(ConnectionSettings settings) => options with { Path = TargetPath.For(options.Path, settings) };

        // What a load costs is measured for a person who reads it, and only then.
        string Action(ConnectionSettings settings)
        {
            var own = Of(settings);
            return Asks && Expected(settings, own) is { } time
                ? Texts.Get("RestoreBackup", own.Path, Figures.Estimate(time))
                : Texts.Get("RestoreBackupUntimed", own.Path);
        }
    }

    private TimeSpan? Expected(ConnectionSettings settings, RestoreOptions options)
    {
        using var progress = Progress(Texts.Get("RestoreActivity", settings.Target));
        return Await(token => BackupRestorer.ExpectAsync(settings, options, progress, token));
    }
}
