using System.Diagnostics;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Health;
using Npgsql;

namespace Mued.PsDb;

/// <summary>
/// Looks at the health of a database, in one round trip and without a lock that could wait behind a migration or hold one up.
/// </summary>
public static class HealthTest
{
    /// <summary>Looks and judges.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">The limits, the folder of the migrations, an earlier report.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The checks; whether one failed is <see cref="HealthReport.Success"/>.</returns>
    /// <exception cref="MuedException">The folder or the earlier report cannot be read (exit code 2); no connection (3).</exception>
    public static Task<HealthReport> RunAsync(
        ConnectionSettings settings,
        HealthOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        return RunOnAsync(settings, options, options.ReadFolder(), cancellationToken);
    }

    /// <summary>The same with a folder that was read for several databases.</summary>
    internal static async Task<HealthReport> RunOnAsync(
        ConnectionSettings settings,
        HealthOptions options,
        MigrationFolder folder,
        CancellationToken cancellationToken
    )
    {
        var (startedAt, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var earlier = EarlierReport.Read(options.Since, settings.Database);
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var reading = new HealthReading(connection, folder, options, cancellationToken);
        try
        {
            await HealthPart.ReadAsync(connection, reading.Parts, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw ConnectionFailure.From(e, settings);
        }

        var size = reading.SizeSince(earlier);
        return new(settings.Target, settings.Source)
        {
            Path = folder.Path,
            PathReason = options.Migrations.PathReason,
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            ServerVersion = reading.Server.Version,
            StatisticsSince = reading.Server.StatisticsSince,
            Checks = [.. HealthSubject.All.Select(subject => reading.Judge(subject, size))],
            Size = size,
            Neon = reading.Server.Neon(settings),
        };
    }
}
