using System.Management.Automation;
using Mued.PsDb.Files;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Looks at the health of a database: sessions, locks, indexes, sequences, sizes, replication. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedHealth")]
[OutputType(typeof(HealthReport))]
public sealed class TestMuedHealthCommand : HistoryCmdlet
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

    /// <inheritdoc/>
    private protected override string CommandName => "test-health";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = new HealthOptions
        {
            Limits = HealthLimits.Read(NumbersOf(Limit)),
            Since = Since is null ? null : FullPath(Since),
            Migrations = Migrations,
        };
        var folder = new Lazy<MigrationFolder>(options.ReadFolder);
        return Each(
            new(
                async (settings, _, token) =>
                    ReportDocument.From(await HealthTest.RunOnAsync(settings, Of(settings), folder.Value, token).ConfigureAwait(false))
            )
            {
                Activity = "HealthActivity",
                Files = () => Task.Run(() => folder.Value),
            }
        );

        HealthOptions Of(ConnectionSettings settings) => options with { Since = TargetPath.For(options.Since, settings) };
    }
}
