using System.Diagnostics;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Verification;
using Npgsql;

namespace Mued.PsDb;

/// <summary>Tests a database against an expected schema.</summary>
public static class SchemaTest
{
    /// <summary>Connects, and tests the schema, and the data where asked to.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What is expected, and how strictly.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    /// <returns>The report; a check that failed is no exception.</returns>
    /// <exception cref="MuedException">The expectation cannot be read (exit code 2), or the server not reached (3).</exception>
    public static async Task<SchemaReport> RunAsync(
        ConnectionSettings settings,
        SchemaTestOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var startedAt = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        if (options.SchemaFile is not null && options.Path is not null)
            throw Texts.Usage("TwoExpectations");
        // The schema of the bundled migrations is known; it need not be made first.
        var folder = options.Path == BundledSql.Migrations ? null : options.Path;
        if (options.ScratchDatabase && folder is null)
            throw Texts.Usage("ScratchWithoutPath");
        var expectation = folder ?? options.SchemaFile ?? BundledSql.ExpectedSchema;
        var expected = folder is null
            ? SnapshotFile.Load(expectation)
            : await ScratchSchema.MakeAsync(settings, options, progress, cancellationToken).ConfigureAwait(false);
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);

        progress?.Report(new(ProgressKind.Step, Texts.Get("Schema.Step.Read", settings.Target)));
        try
        {
            var report = await RunAsync(connection, expected, options, cancellationToken).ConfigureAwait(false);
            return report with
            {
                Target = settings.Target,
                Source = settings.Source,
                Expectation = expectation,
                PathReason = options.PathReason,
                StartedAt = startedAt,
                Duration = clock.Elapsed,
            };
        }
        catch (Exception e) when (CatalogFailure.Covers(e) && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFailure.From(e, settings);
        }
    }

    /// <summary>
    /// Tests through a connection that is open already: one round trip, and a second one for the data. Target and source are the
    /// caller's to fill in.
    /// </summary>
    internal static async Task<SchemaReport> RunAsync(
        NpgsqlConnection connection,
        SchemaSnapshot expected,
        SchemaTestOptions options,
        CancellationToken cancellationToken
    )
    {
        var startedAt = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        expected = expected.WithRoles(options.Roles);
        var actual = await SchemaReader.ReadAsync(connection, SchemaQuery.For(expected), cancellationToken).ConfigureAwait(false);
        var comparison = new SchemaComparison(expected, actual, options.Strict).Run();
        var checks = await NormalForm.SettleAsync(connection, comparison, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TableSize> tables = [];
        if (options.IncludeData)
        {
            var (data, sizes) = await IntegrityTest.RunAsync(connection, expected, actual, cancellationToken).ConfigureAwait(false);
            (checks, tables) = (Consequences.Mark([.. checks, .. data]), sizes);
        }

        return new SchemaReport(!checks.Any(check => check.Failed), "", "")
        {
            Expectation = options.SchemaFile,
            ServerVersion = actual.ServerVersion,
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            Checks = checks,
            NotCompared = NotCompared.For(expected),
            Tables = tables,
        };
    }
}
