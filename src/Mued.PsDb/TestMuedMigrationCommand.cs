using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Tells what migrations would do to a database at work, by running them in a sandbox.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedMigration", DefaultParameterSetName = InSandbox)]
[OutputType(typeof(MigrationTestReport), typeof(bool))]
public sealed class TestMuedMigrationCommand : HistoryCmdlet
{
    private const string InSandbox = "Sandbox";

    private readonly ChosenMigrations chosen = new();
    private IReadOnlyList<string>? only;

    /// <summary>The last version to test; without it all that is pending.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>Files of the folder to test, for example those of a pull request; those before them are what they build on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] New { get; set; } = [];

    /// <summary>What the migrations build on: a SQL file, such as pg_dump --schema-only writes, or a file of Export-MuedSchema.</summary>
    [Parameter(ParameterSetName = InSandbox)]
    [Alias("BaseFile")]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Base { get; set; }

    /// <summary>Up to how many rows, of a kilobyte each, a table is small, so that work on it is no finding.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public int? SmallTable { get; set; }

    /// <summary>The major version of PostgreSQL to test with; without it that of the database.</summary>
    [Parameter(ParameterSetName = InSandbox)]
    [ValidateRange(14, 18)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public int? ServerMajor { get; set; }

    /// <summary>Runs them on the database itself, in one transaction that is rolled back, within the three bounds.</summary>
    [Parameter(ParameterSetName = nameof(OnTarget), Mandatory = true)]
    public SwitchParameter OnTarget { get; set; }

    /// <summary>With -OnTarget, how long others may wait for the test; zero sets no bound. A number is seconds.</summary>
    [Parameter(ParameterSetName = nameof(OnTarget))]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? MaxBlocking { get; set; }

    /// <summary>With -OnTarget, how many rows may be added, changed or removed.</summary>
    [Parameter(ParameterSetName = nameof(OnTarget))]
    [ValidateRange(0, long.MaxValue)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public long? MaxRows { get; set; }

    /// <summary>With -OnTarget, how many bytes of WAL the server may write meanwhile, for others too; 64MB is a number.</summary>
    [Parameter(ParameterSetName = nameof(OnTarget))]
    [ValidateRange(0, long.MaxValue)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public long? MaxWal { get; set; }

    /// <summary>From which severity on a finding makes the test fail.</summary>
    [Parameter]
    public FindingSeverity FailOn { get; set; }

    /// <summary>A folder for the safe forms that were proven, as files that can take the place of their statements.</summary>
    [Parameter(ParameterSetName = InSandbox)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Fix { get; set; }

    /// <summary>Gives true or false in place of the report, and no error when the test fails.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override object Key => (base.Key, only is null ? null : string.Join(System.IO.Path.DirectorySeparatorChar, only));

    /// <inheritdoc/>
    private protected override bool Chooses(ConnectionSettings settings, string migration)
    {
        if (New.Length > 0)
            throw Foundation.Texts.Usage("MigrationsNamedTwice", migration);
        chosen.Add(settings, (Path, Layout, HistoryTable), migration);
        return true;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        InputObject = null;
        foreach (var (settings, from, names) in chosen.Runs)
        {
            ((Path, Layout, HistoryTable), only) = (from, names);
            Guard(settings.Target, () => Process(settings));
        }

        base.EndProcessing();
    }

    /// <inheritdoc/>
    private protected override bool NeedsConnection => OnTarget || MeansMany;

    /// <inheritdoc/>
    private protected override void ProcessWithoutConnection()
    {
        var options = Options();
        Publish(
            [null],
            () =>
            {
                using var progress = Progress(Texts.Get("TestActivity"));
                return Await(token => TestAsync(null, options, progress, token));
            }
        );
    }

    /// <inheritdoc/>
    private protected override string CommandName => "test-migration";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = Options();
        return Each(
            new(async (settings, progress, token) => await TestAsync(settings, options, progress, token).ConfigureAwait(false))
            {
                Activity = "TestActivity",
                OwnPath = Fix,
            }
        );
    }

    private static async Task<ReportDocument> TestAsync(
        ConnectionSettings? settings,
        MigrationTestOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    ) => ReportDocument.From(await MigrationTest.RunAsync(settings, options, progress, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    private protected override void Put(ReportDocument document, ConnectionSettings? settings)
    {
        if (Fix is not null)
        {
            var folder = FullPath(settings is null ? Fix : TargetPath.For(Fix, settings));
            Guard(Fix, () => SafeFormFiles.Write((MigrationTestReport)document.Content, folder));
        }

        base.Put(document, settings);
    }

    private MigrationTestOptions Options()
    {
        var options = new MigrationTestOptions
        {
            Migrations = Migrations with { Target = Target, Only = only },
            New = Array.ConvertAll(New, FullPath),
            Base = Base is null ? null : FullPath(Base),
            ServerMajor = ServerMajor,
            FailOn = FailOn,
            OnTarget = OnTarget,
        };
        options = options with
        {
            SmallTable = SmallTable ?? options.SmallTable,
            MaxBlocking = MaxBlocking ?? Project.MaxBlocking ?? options.MaxBlocking,
            MaxRows = MaxRows ?? options.MaxRows,
            MaxWal = MaxWal ?? options.MaxWal,
        };
        if (Fix is not null)
            SafeFormFiles.Check(options);
        return options;
    }

    /// <inheritdoc/>
    private protected override object RecordOf(ReportDocument document) => Quiet ? !document.Failed : document.Content;

    /// <inheritdoc/>
    private protected override ErrorRecord? ErrorOf(ReportDocument document) =>
        base.ErrorOf(document) ?? (Quiet || !document.Failed ? null : ErrorRecords.From((MigrationTestReport)document.Content));
}
