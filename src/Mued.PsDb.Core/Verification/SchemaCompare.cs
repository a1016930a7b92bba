using System.Diagnostics;
using Mued.PsDb.Fleet;
using Mued.PsDb.Foundation;
using Mued.PsDb.Verification;

namespace Mued.PsDb;

/// <summary>Compares schemas: of databases, of files, of what folders of migrations make. Changes nothing.</summary>
public static class SchemaCompare
{
    /// <summary>Compares each target with the reference; a single one gets the statements for the way there.</summary>
    /// <param name="options">What is compared.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    /// <returns>The report; what differs, and a target of several that cannot be read, is no exception.</returns>
    /// <exception cref="MuedException">The reference, or the only target, cannot be read.</exception>
    public static async Task<CompareReport> RunAsync(
        SchemaCompareOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var startedAt = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var comparer = new SourceComparer(options, progress);
        var targets = new List<ComparedSchema>();
        await comparer.LoadReferenceAsync(cancellationToken).ConfigureAwait(false);
        if (options.Targets is [var only])
            targets.Add(await comparer.CompareAsync(only, statements: true, cancellationToken).ConfigureAwait(false));
        else
            targets.AddRange(await EachAsync(comparer, options, progress, cancellationToken).ConfigureAwait(false));

        return new(options.Reference.Name)
        {
            Targets = targets,
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            NotCompared = comparer.NotCompared,
        };
    }

    private static async Task<IEnumerable<ComparedSchema>> EachAsync(
        SourceComparer comparer,
        SchemaCompareOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var ended = 0;
        var runner = new FleetRunner<SchemaSource, ComparedSchema>(options.Targets, options.Way)
        {
            Work = (target, token) => comparer.CompareAsync(target, statements: false, token),
            Failed = compared => !compared.Equal,
            Ended = outcome =>
            {
                var (count, word) = (options.Targets.Count, outcome.Result?.Equal == true ? "Equal" : "Different");
                var message = Texts.Get("FleetStep", ++ended, count, outcome.Target.Name, word);
                progress?.Report(new(ProgressKind.Finished, message, null, ended, count));
                options.Ended?.Invoke(
                    outcome.Target,
                    new(options.Reference.Name)
                    {
                        Targets = [Compared(outcome)],
                        StartedAt = outcome.StartedAt!.Value,
                        Duration = outcome.Duration,
                        NotCompared = comparer.NotCompared,
                    }
                );
                return outcome;
            },
        };
        var outcomes = await runner.RunAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return outcomes.Select(Compared);
    }

    private static ComparedSchema Compared(FleetOutcome<SchemaSource, ComparedSchema> outcome) =>
        outcome.Result
        ?? new(outcome.Target.Name)
        {
            Error = MuedError.From(outcome.Error ?? Texts.Error("TargetNotRun", ExitCode.CheckFailed, inner: null)),
        };
}
