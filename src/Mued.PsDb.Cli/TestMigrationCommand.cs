using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-migration</c></summary>
internal sealed class TestMigrationCommand()
    : CliCommand(
        "test-migration",
        SharedOptions.Url,
        SharedOptions.EnvFile,
        SharedOptions.Path,
        SharedOptions.Phase2,
        SharedOptions.Layout,
        SharedOptions.Variable,
        To,
        New,
        Base,
        SharedOptions.Exclude,
        SharedOptions.AllowDuplicateVersion,
        SharedOptions.HistoryTable,
        SmallTable,
        ServerMajor,
        OnTarget,
        SharedOptions.MaxBlocking,
        MaxRows,
        MaxWal,
        FailOn,
        Fix
    )
{
    private static readonly Option<string> To = CliOption.Text("--to", "VERSION");
    private static readonly Option<string[]> New = CliOption.Texts("--new", "FILE");
    private static readonly Option<string> Base = CliOption.Text("--base", "FILE");
    private static readonly Option<int?> SmallTable = CliOption.Number("--small-table");
    private static readonly Option<int?> ServerMajor = CliOption.Number("--server-major");
    private static readonly Option<bool> OnTarget = CliOption.Flag("--on-target");
    private static readonly Option<int?> MaxRows = CliOption.Number("--max-rows");
    private static readonly Option<long?> MaxWal = CliOption.Size("--max-wal");
    private static readonly Option<FindingSeverity?> FailOn = CliOption.Choice<FindingSeverity>("--fail-on", "error|warning|note");

    private static readonly Option<string> Fix = CliOption.Text("--fix", "DIR");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var options = new MigrationTestOptions
        {
            Migrations = SharedOptions.Migrations(parsed) with { Target = parsed.GetValue(To) },
            New = Array.ConvertAll(parsed.GetValue(New) ?? [], System.IO.Path.GetFullPath),
            Base = parsed.GetValue(Base),
            ServerMajor = parsed.GetValue(ServerMajor),
            FailOn = parsed.GetValue(FailOn) ?? FindingSeverity.Error,
        };
        options = options with
        {
            OnTarget = parsed.GetValue(OnTarget),
            SmallTable = parsed.GetValue(SmallTable) ?? options.SmallTable,
            MaxBlocking = parsed.GetValue(SharedOptions.MaxBlocking) ?? SharedOptions.Project.MaxBlocking ?? options.MaxBlocking,
            MaxRows = parsed.GetValue(MaxRows) ?? options.MaxRows,
            MaxWal = parsed.GetValue(MaxWal) ?? options.MaxWal,
        };

        var folder = parsed.GetValue(Fix);
        if (folder is not null)
            SafeFormFiles.Check(options);

        // What the environment names is for commands that cannot do without a database.
        var named =
            options.OnTarget || parsed.GetResult(SharedOptions.Url) is not null || parsed.GetResult(SharedOptions.EnvFile) is not null;
        var settings = named ? context.Connect() : null;
        var report = await MigrationTest.RunAsync(settings, options, context.Progress, cancellationToken);
        if (folder is not null)
            SafeFormFiles.Write(report, folder);
        return ReportDocument.From(report);
    }
}
