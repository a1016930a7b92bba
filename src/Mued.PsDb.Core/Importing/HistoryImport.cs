using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Importing;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb;

/// <summary>Takes over what another tool's history says of a folder of migrations.</summary>
public static class HistoryImport
{
    /// <summary>
    /// Finds the history of the tool that the folder was made for, holds it against the folder, with the tool's own checksums, and records
    /// in our history what is applied: all of it or nothing, and again only what is new. The other history is only read.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The report. An import that fails is on it, not thrown.</returns>
    /// <exception cref="MuedException">Wrong usage or configuration, no history to import or one that must not be, or no connection: nothing
    /// was written.</exception>
    public static Task<ImportReport> RunAsync(
        ConnectionSettings settings,
        ImportOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        return RunOnAsync(settings, options, options.ReadFolder(), progress, cancellationToken);
    }

    /// <summary>The same with a folder that was read for several databases.</summary>
    internal static async Task<ImportReport> RunOnAsync(
        ConnectionSettings settings,
        ImportOptions options,
        MigrationFolder folder,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var context = new RunContext(settings, options, progress);
        await using (context.ConfigureAwait(false))
        {
            var runner = new TransactionRunner(context, "ImportFailed");
            await using (runner.ConfigureAwait(false))
            {
                var report = new ImportReport(RunStatus.Failed, context.Settings.Target, context.Settings.Source)
                {
                    HistoryTable = HistoryName.Of(settings.Schema, options.HistoryTable),
                    Path = folder.Path,
                    PathReason = options.PathReason,
                    Layout = folder.Layout,
                };
                var error = await RunContext
                    .ErrorOfAsync(
                        async () =>
                            report = await runner
                                .RunAsync(
                                    "import",
                                    (session, token) => ImportAsync(context, session, folder, report, token),
                                    cancellationToken
                                )
                                .ConfigureAwait(false),
                        executed: false,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                var changed = report.Migrations.Any(migration => migration.Status == ImportStatus.Imported);
                return await context
                    .CompleteAsync(
                        report with
                        {
                            Status = RunReport.StatusOf(error, options.DryRun, changed),
                        },
                        runner.ServerVersion,
                        error,
                        report.Missing.Count == 0
                            ? []
                            : [Texts.Get("ImportMissing", report.Tool, Figures.List(report.Missing), folder.Path)]
                    )
                    .ConfigureAwait(false);
            }
        }
    }

    private static async Task<ImportReport> ImportAsync(
        RunContext context,
        RunSession session,
        MigrationFolder folder,
        ImportReport report,
        CancellationToken cancellationToken
    )
    {
        var (connection, history) = (session.Connection, new HistoryTable(report.HistoryTable!));
        var inspection = await DatabaseInspection
            .ReadAsync(connection, history, [], HistoryTools.Tables, context.Options.LockTimeout, cancellationToken)
            .ConfigureAwait(false);
        var foreign =
            await ForeignHistory.ReadAsync(connection, inspection, folder, context.Settings.Schema, cancellationToken).ConfigureAwait(false)
            ?? throw Texts.Usage("ImportNoHistory", folder.Layout, string.Join(", ", HistoryTools.All.Select(tool => tool.Name)));
        var plan = ImportPlan.Build(folder, foreign, inspection.History);
        if (!context.Options.DryRun && plan.Items.Any(item => item.Status == ImportStatus.Imported))
        {
            Preflight.Ensure(inspection.Facts, context.Settings.Target);
            await WriteAsync(context, connection, history, (inspection.HistoryFormat, plan), cancellationToken).ConfigureAwait(false);
        }

        return report with
        {
            Tool = foreign.Tool.Name,
            Table = foreign.Table.ToString(),
            Migrations =
            [
                .. plan.Items.Select(item => new ImportedMigration(item.File.Version.Text, item.File.Name, item.Status)
                {
                    File = item.File.Path,
                    AppliedAt = item.Entry?.AppliedAt,
                }),
            ],
            Missing = plan.Missing,
        };
    }

    private static async Task WriteAsync(
        RunContext context,
        NpgsqlConnection connection,
        HistoryTable history,
        (int Format, ImportPlan Plan) found,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await connection
                .ExecuteAsync(
                    [
                        .. history.Prepare(found.Format, context.Transaction.BeginReadCommitted(connection)),
                        .. context.Transaction.BeginReadCommitted(connection),
                        .. found
                            .Plan.Items.Where(item => item.Status == ImportStatus.Imported)
                            .Select(item => (BatchStep)history.Import(item.File, context.Id, item.Entry!.AppliedAt, item.Entry.AppliedBy)),
                        "COMMIT",
                    ],
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (PostgresException e) when (SqlStates.IsCreationRace(e.SqlState))
        {
            // Whatever another run has written shows at the next look.
            throw Texts.Error("ImportRaced", ExitCode.MigrationFailed, e, context.Settings.Target).With(passesByItself: true);
        }
    }
}
