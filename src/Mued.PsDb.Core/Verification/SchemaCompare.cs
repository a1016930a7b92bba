using System.Diagnostics;
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
        foreach (var target in options.Targets)
        {
            try
            {
                targets.Add(await comparer.CompareAsync(target, options.Targets.Count == 1, cancellationToken).ConfigureAwait(false));
            }
            catch (MuedException e) when (options.Targets.Count > 1 && !cancellationToken.IsCancellationRequested)
            {
                targets.Add(new(target.Name) { Error = MuedError.From(e) });
            }
        }

        return new(options.Reference.Name)
        {
            Targets = targets,
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            NotCompared = comparer.NotCompared,
        };
    }
}
