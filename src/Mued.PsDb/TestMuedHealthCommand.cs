using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Looks at the health of a database: sessions, locks, indexes, sequences, sizes, replication. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedHealth")]
[OutputType(typeof(HealthReport))]
public sealed class TestMuedHealthCommand : ReportingCmdlet
{
    /// <summary>Limits by the names of the checks, or a JSON file of them; what is not named keeps its default.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public object? Limit { get; set; }

    /// <summary>An earlier report of the same database, as a JSON file, to tell its growth.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Since { get; set; }

    /// <summary>The folder of the migrations; without it the bundled Phase 2.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The convention of the folder; without it the one that the folder shows.</summary>
    [Parameter]
    public MigrationLayout Layout { get; set; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Variable { get; set; }

    /// <summary>Patterns of file names to leave out.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Exclude { get; set; } = [];

    /// <summary>Allows several files with one version.</summary>
    [Parameter]
    public SwitchParameter AllowDuplicateVersion { get; set; }

    /// <summary>The history table as schema.table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HistoryTableCompleter))]
    [ValidateNotNullOrEmpty]
    public string HistoryTable { get; set; } = MigrationOptions.DefaultHistoryTable;

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        var options = new HealthOptions
        {
            Limits = HealthLimits.Read(NumbersOf(Limit)),
            Since = Since is null ? null : FullPath(Since),
            Migrations = new()
            {
                Path = MigrationsFolder(Path),
                Layout = Layout,
                Variables = NamesOf(Variable),
                Exclude = Exclude,
                AllowDuplicateVersion = AllowDuplicateVersion,
                HistoryTable = HistoryTable,
            },
        };
        var report = Await(token => HealthTest.RunAsync(settings, options, token));
        Publish(report, ReportDocument.From(report), settings);
    }
}
