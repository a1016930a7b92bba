using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Compares a database with an expected schema, object by object. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedSchema", DefaultParameterSetName = OfFolder)]
[OutputType(typeof(SchemaReport), typeof(bool))]
public sealed class TestMuedSchemaCommand : ReportingCmdlet
{
    private const string OfFolder = "Folder";

    private bool pathAsked;

    /// <summary>The file with the expected schema, as Export-MuedSchema writes it; without it the one of Phase 2.</summary>
    [Parameter(ParameterSetName = nameof(SchemaFile), Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Schema")]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SchemaFile { get; set; }

    /// <summary>
    /// A folder of migrations: the expected schema is what they make of an empty database. Without it and -SchemaFile the folder migrations
    /// of the current one, or else the bundled Phase 2.
    /// </summary>
    [Parameter(ParameterSetName = OfFolder, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Expects the bundled Phase 2, whatever folder is here.</summary>
    [Parameter(ParameterSetName = OfFolder)]
    public SwitchParameter Phase2 { get; set; }

    /// <summary>The convention of the folder; without it the one that the folder shows.</summary>
    [Parameter(ParameterSetName = OfFolder, ValueFromPipelineByPropertyName = true)]
    public MigrationLayout? Layout { get; set; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    [Parameter(ParameterSetName = OfFolder)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public Hashtable? Variable { get; set; }

    /// <summary>
    /// Applies the migrations of -Path to a scratch database on the same server, dropped afterwards, and not in a sandbox.
    /// </summary>
    [Parameter(ParameterSetName = OfFolder)]
    public SwitchParameter ScratchDatabase { get; set; }

    /// <summary>A SQL file that makes what the migrations of -Path build on; its objects are not part of the expectation.</summary>
    [Parameter(ParameterSetName = OfFolder)]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? BaseFile { get; set; }

    /// <summary>Roles that have another name here than where the expectation was made: @{ there = 'here' }.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public Hashtable? Role { get; set; }

    /// <summary>Fails on unexpected objects too, and on another order of columns.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <summary>
    /// Tests the rows as well: orphans, polymorphic references, duplicates, ranges; counts them, and measures the tables.
    /// </summary>
    [Parameter]
    public SwitchParameter IncludeData { get; set; }

    /// <summary>Gives true or false in place of the report, and no error when the test fails.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Notes whether the folder was named in so many words.</summary>
    protected override void BeginProcessing()
    {
        pathAsked = MyInvocation.BoundParameters.ContainsKey(nameof(Path));
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    private protected override object Key => (SchemaFile, Path, Layout, NamesBoth, PipedRecord.IsOfBackup(InputObject));

    // Of a row that has both columns PowerShell takes the folder, without a word.
    private bool NamesBoth =>
        SchemaFile is null
        && !pathAsked
        && InputObject?.Properties[nameof(SchemaFile)]?.Value is string { Length: > 0 }
        && Path is not null;

    /// <inheritdoc/>
    private protected override string CommandName => "test-schema";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        if (NamesBoth)
            throw Foundation.Texts.Usage("TwoExpectations");
        var options = new SchemaTestOptions
        {
            SchemaFile = SchemaFile is null ? null : FullPath(SchemaFile),
            Variables = NamesOf(Variable),
            ScratchDatabase = ScratchDatabase,
            BaseFile = BaseFile is null ? null : FullPath(BaseFile),
            Roles = NamesOf(Role),
            Strict = Strict,
            IncludeData = IncludeData,
        };
        if (SchemaFile is null)
            options = options.Expecting(Choose(Path, Phase2), isNamed: pathAsked || Phase2, Layout);

        return Each(
            new(
                async (settings, progress, token) =>
                    ReportDocument.From(await SchemaTest.RunAsync(settings, options, progress, token).ConfigureAwait(false))
            )
            {
                Activity = "SchemaActivity",
            }
        );
    }

    /// <inheritdoc/>
    private protected override object RecordOf(ReportDocument document) => Quiet ? !document.Failed : document.Content;

    /// <inheritdoc/>
    private protected override ErrorRecord? ErrorOf(ReportDocument document) =>
        Quiet || !document.Failed ? null : ErrorRecords.From((SchemaReport)document.Content);
}
