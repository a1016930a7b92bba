using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Phase2;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// What must be so at the end of a run: the history holds every migration, and the schema is the expected one. The bundled expectation is
/// that of the complete Phase 2 and counts only when all of it is applied; a file that the caller names always does.
/// </summary>
internal sealed class FinalCheck(RunContext context, RunSession session, MigrationInput input, string? schemaFile, MigrationPlan plan)
{
    private readonly SchemaSnapshot? expected =
        schemaFile is not null || Phase2Set.IsIn(plan.Items.Where(Counts).Select(item => item.File)) ? input.Expected : null;

    /// <summary>What the check reads from the catalogs; null when no schema is expected.</summary>
    public SchemaQuery? Query => expected is null ? null : SchemaQuery.For(expected);

    /// <summary>Makes one check a migration that the history must hold by now, and those of the schema against its expectation.</summary>
    /// <param name="book">The state of each migration.</param>
    /// <param name="history">The history table.</param>
    /// <param name="read">The schema, where it was read together with the last batch; else it is read now.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    public async Task<VerificationSummary> RunAsync(
        RunProgressBook book,
        HistoryTable history,
        SchemaSnapshot? read,
        CancellationToken cancellationToken
    )
    {
        var checks = plan
            .Items.Where(Counts)
            .Select(item => new SchemaCheck(
                "migration",
                item.File.Name,
                book[item].Status is MigrationStatus.Applied or MigrationStatus.Skipped ? CheckStatus.Passed : CheckStatus.Missing
            ))
            .ToList();
        var expectation = history.Name.ToString();
        if (expected is not null)
        {
            context.Tell(ProgressKind.Step, Texts.Get("Verifying"));
            expectation = schemaFile ?? BundledSql.ExpectedSchema;
            read ??= await RetryAsync(
                    (connection, token) => SchemaReader.ReadAsync(connection, SchemaQuery.For(expected), token),
                    cancellationToken
                )
                .ConfigureAwait(false);
            var comparison = new SchemaComparison(expected, read, strict: false).Run();
            checks.AddRange(
                comparison.Doubts.Count == 0
                    ? comparison.Checks
                    : await RetryAsync((connection, token) => NormalForm.SettleAsync(connection, comparison, token), cancellationToken)
                        .ConfigureAwait(false)
            );
        }

        var failures = checks.Where(check => check.Failed).ToList();
        return new(failures.Count == 0, checks.Count, failures.Count, failures, expectation) { Results = checks };
    }

    private async Task<T> RetryAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await session.RetryAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (CatalogFailure.Covers(e) && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFailure.From(e, context.Settings);
        }
    }

    private static bool Counts(PlanItem item) => !item.File.Excluded && item.Action != PlanAction.Defer;
}
