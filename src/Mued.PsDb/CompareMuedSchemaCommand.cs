using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>
/// Compares schemas of databases, of files and of what folders of migrations make, and finds the statements for the way from one to the
/// other. Changes nothing.
/// </summary>
[Cmdlet(VerbsData.Compare, "MuedSchema")]
[OutputType(typeof(CompareReport))]
public sealed class CompareMuedSchemaCommand : ReportingCmdlet
{
    private readonly List<SchemaSource> targets = [];

    /// <summary>What the targets should be like: a connection, a schema file, or a folder of migrations.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string Reference { get; set; } = "";

    /// <summary>Schema files and folders of migrations to compare, in place of databases.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Schemas to compare, of two databases; without it all, and what is in none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public string[] Schema { get; set; } = [];

    /// <summary>Leaves the owners out.</summary>
    [Parameter]
    public SwitchParameter NoOwners { get; set; }

    /// <summary>Leaves the privileges out.</summary>
    [Parameter]
    public SwitchParameter NoPrivileges { get; set; }

    /// <summary>Roles that have another name on the targets than on the reference: @{ there = 'here' }.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public Hashtable? Role { get; set; }

    /// <summary>The convention of a folder; without it the one that the folder shows.</summary>
    [Parameter]
    public MigrationLayout? Layout { get; set; }

    /// <summary>What the placeholders of a folder's files stand for, by name, where the layout has any.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public Hashtable? Variable { get; set; }

    /// <summary>A SQL file that makes what the migrations of a folder build on; its tables are not compared.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? BaseFile { get; set; }

    /// <inheritdoc/>
    private protected override bool NeedsConnection => Path.Length == 0 || MeansMany;

    /// <summary>The files are schemas enough.</summary>
    private protected override void ProcessWithoutConnection() { }

    /// <inheritdoc/>
    private protected override string CommandName => "compare-schema";

    /// <summary>Takes the databases as more targets.</summary>
    private protected override CmdletRun Prepare() => databases => targets.AddRange(databases.Select(SchemaSource.Of));

    /// <inheritdoc/>
    private protected override void RunNone()
    {
        if (Path.Length == 0)
            base.RunNone();
    }

    /// <summary>Compares, when all targets are known.</summary>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        Guard(
            Reference,
            () =>
            {
                var here = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
                targets.AddRange(Path.Select(path => SchemaSource.Parse(FullPath(path), here, nameof(Path))));
                if (targets.Count > 0)
                    Compare(SchemaSource.Parse(Reference, here, nameof(Reference)));
            }
        );
    }

    private void Compare(SchemaSource reference)
    {
        var options = new SchemaCompareOptions
        {
            Reference = reference,
            Targets = targets,
            Schemas = Schema,
            Owners = !NoOwners,
            Privileges = !NoPrivileges,
            Roles = NamesOf(Role),
            Layout = Layout ?? MigrationLayout.Auto,
            Variables = NamesOf(Variable),
            BaseFile = BaseFile is null ? null : FullPath(BaseFile),
            Way = Way,
            Ended = (target, part) => OnPipeline(() => TellPart(ReportDocument.From(part), target.Database)),
        };
        Publish(
            [.. targets.Select(target => target.Database)],
            () =>
            {
                using var progress = Progress(Texts.Get("CompareActivity", reference.Name));
                return ReportDocument.From(Await(token => SchemaCompare.RunAsync(options, progress, token)));
            }
        );
    }

    /// <inheritdoc/>
    private protected override ErrorRecord? ErrorOf(ReportDocument document) =>
        document.Failed ? ErrorRecords.From((CompareReport)document.Content) : null;
}
