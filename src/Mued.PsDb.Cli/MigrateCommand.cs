using System.CommandLine;
using Mued.PsDb.Migrations;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb migrate</c></summary>
internal sealed class MigrateCommand()
    : FleetCommand(
        "migrate",
        TargetOptions.TenantSchema,
        SharedOptions.Path,
        SharedOptions.Phase2,
        SharedOptions.Layout,
        SharedOptions.Variable,
        SharedOptions.Schema,
        To,
        SharedOptions.Exclude,
        SharedOptions.AllowDuplicateVersion,
        AllowOutOfOrder,
        AcceptChanged,
        Reapply,
        Resume,
        Baseline,
        Force,
        SharedOptions.DryRun,
        WhatIf,
        TestMigration,
        Plan,
        SharedOptions.HistoryTable,
        SharedOptions.LockTimeout,
        SharedOptions.MaxBlocking,
        WaitTimeout,
        SharedOptions.StatementTimeout,
        SharedOptions.AllowReadOnlyDefault,
        SharedOptions.MaxAttempts,
        SharedOptions.RetryTime
    )
{
    private static readonly Option<string> To = CliOption.Text("--to", "VERSION");
    private static readonly Option<bool> AllowOutOfOrder = CliOption.Flag("--allow-out-of-order");
    private static readonly Option<bool> AcceptChanged = CliOption.Flag("--accept-changed");
    private static readonly Option<bool> Reapply = CliOption.Flag("--reapply");
    private static readonly Option<ResumeChoice?> Resume = CliOption.Choice<ResumeChoice>("--resume", "again|done");
    private static readonly Option<string> Baseline = CliOption.Text("--baseline", "VERSION|auto");
    private static readonly Option<bool> Force = CliOption.Flag("--force");
    private static readonly Option<bool> WhatIf = CliOption.Flag("--what-if", "--plan-only");
    private static readonly Option<bool> TestMigration = CliOption.Flag("--test-migration");
    private static readonly Option<string> Plan = CliOption.Text("--plan", "FILE");
    private static readonly Option<TimeSpan?> WaitTimeout = CliOption.Time("--wait-timeout");

    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
        var plan = Approved(parsed);
        var options = SharedOptions.Migrations(parsed, SharedOptions.Folder(parsed, plan?.Path));
        options = options with
        {
            Target = parsed.GetValue(To),
            AllowOutOfOrder = parsed.GetValue(AllowOutOfOrder),
            AcceptChanged = parsed.GetValue(AcceptChanged),
            Reapply = parsed.GetValue(Reapply),
            Resume = parsed.GetValue(Resume),
            Baseline = parsed.GetValue(Baseline),
            WaitTimeout = parsed.GetValue(WaitTimeout) ?? options.WaitTimeout,
        };
        if (plan is not null)
            options = options.HeldTo(plan);
        if (parsed.GetValue(WhatIf))
        {
            var test = parsed.GetValue(TestMigration);
            return new(
                async (settings, progress, token) =>
                    ReportDocument.From(await MigrationPlanner.RunAsync(settings, options, test, progress, token))
            );
        }

        if (parsed.GetValue(TestMigration))
            throw Foundation.Texts.Usage("TestWithoutPlan");
        if (BaselineSearch.IsAskedFor(options))
            return Search(options, asks: !options.DryRun && !parsed.GetValue(Force), TargetOptions.MeanMany(parsed));
        var input = MigrationInput.ReadAsync(options);
        return new(
            async (settings, progress, token) =>
                ReportDocument.From(await MigrationRunner.RunOnAsync(settings, options, input, progress, token))
        )
        {
            Files = input,
        };
    }

    private static ApprovedPlan? Approved(ParseResult parsed) =>
        parsed.GetValue(Plan) is not { } file ? null
        : TargetOptions.MeanManyDatabases(parsed) ? throw Foundation.Texts.Usage("PlanForMany")
        : PlanFile.Load(file);

    private static TargetWork Search(MigrationOptions options, bool asks, bool many)
    {
        if (asks && (Question.Impossible || many))
            throw Foundation.Texts.Usage("BaselineUnconfirmed");
        return new(
            async (settings, progress, token) =>
                await BaselineSearch.RunAsync(settings, options, asks ? AskAsync : null, progress, token) is { } report
                    ? ReportDocument.From(report)
                    : throw Texts.Error("BaselineRefused", ExitCode.Usage).ToException()
        );
    }

    private static Task<bool> AskAsync(BaselineFinding finding, CancellationToken cancellationToken) =>
        Question.AskAsync(BaselineQuestion.Of(finding), cancellationToken);
}
