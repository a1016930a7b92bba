using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-migration</c></summary>
internal sealed class TestMigrationCommand()
    : FleetCommand(
        "test-migration",
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

    // What the environment names is for commands that cannot do without a database.
    protected override bool AsksDatabases(ParseResult parsed) => parsed.GetValue(OnTarget) || TargetOptions.Name(parsed);

    protected override Task<ReportDocument> RunWithoutAsync(CommandContext context, CancellationToken cancellationToken) =>
        TestAsync(null, OptionsOf(context.Parsed), context.Parsed.GetValue(Fix), context.Progress, cancellationToken);

    protected override TargetWork Prepare(CommandContext context)
    {
        var (options, fix) = (OptionsOf(context.Parsed), context.Parsed.GetValue(Fix));
        return new(async (settings, progress, token) => await TestAsync(settings, options, fix, progress, token)) { OwnPath = fix };
    }

    private static async Task<ReportDocument> TestAsync(
        ConnectionSettings? settings,
        MigrationTestOptions options,
        string? fix,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var report = await MigrationTest.RunAsync(settings, options, progress, cancellationToken);
        if (fix is not null)
            SafeFormFiles.Write(report, settings is null ? fix : TargetPath.For(fix, settings));
        return ReportDocument.From(report);
    }

    private static MigrationTestOptions OptionsOf(ParseResult parsed)
    {
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
        if (parsed.GetValue(Fix) is not null)
            SafeFormFiles.Check(options);
        return options;
    }
}
