using System.Diagnostics;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Connections;

/// <summary>Opens connections, and tries again what passes by itself.</summary>
internal static class ConnectionOpening
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Opens a connection. Failures that pass by themselves are tried again until the request's retry timeout has passed since the
    /// first failure, with delays that double from 0.1 s to 2 s, half of each at random. A try that has begun may use its whole
    /// connect timeout, so the longest wait is twice the connect timeout and once the retry timeout.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="reconnect">
    /// Whether this server was just connected to: then a refused connection counts as a server that restarts and is tried again.
    /// </param>
    /// <param name="retrying">Told why, before another try.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <exception cref="MuedException">There is no connection to be had (<see cref="ExitCode.NoConnection"/>).</exception>
    public static async Task<NpgsqlConnection> OpenAsync(
        this ConnectionSettings settings,
        bool reconnect,
        Action<MuedException>? retrying,
        CancellationToken cancellationToken
    )
    {
        long? failed = null;
        for (var delay = FirstDelay; ; delay = Min(delay * 2, LongestDelay))
        {
            try
            {
                return await OpenOnceAsync(settings, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failed ??= Stopwatch.GetTimestamp();
                var wait = delay * (0.5 + (Random.Shared.NextDouble() / 2));
                var error = ConnectionFailure.From(e, settings, reconnect);
                if (!ConnectionFailure.IsTransient(error) || Stopwatch.GetElapsedTime(failed.Value) + wait > settings.RetryTimeout)
                    throw error;
                retrying?.Invoke(error);
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc cref="OpenAsync(ConnectionSettings, bool, Action{MuedException}, CancellationToken)"/>
    public static Task<NpgsqlConnection> OpenAsync(this ConnectionSettings settings, CancellationToken cancellationToken) =>
        settings.OpenAsync(reconnect: false, retrying: null, cancellationToken);

    private static async Task<NpgsqlConnection> OpenOnceAsync(ConnectionSettings settings, CancellationToken cancellationToken)
    {
        var connection = settings.CreateConnection();
        var opening = connection.OpenAsync(cancellationToken);
        try
        {
            // Npgsql does not hear a cancellation while it waits for the first answer of a silent peer.
            await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            CheckTargetSession(settings, connection);
            if (settings.Schema is not null)
                await CheckSchemaAsync(settings, connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await AbandonAsync(connection, opening).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task AbandonAsync(NpgsqlConnection connection, Task opening)
    {
        if (opening.IsCompleted)
            await ConnectionSettings.AbandonAsync(connection).ConfigureAwait(false);
        else
            _ = opening.ContinueWith(_ => ConnectionSettings.AbandonAsync(connection).AsTask(), TaskScheduler.Default);
    }

    // With several hosts Npgsql chooses. With one, the server has told its state at the start (PostgreSQL 14 and later).
    private static void CheckTargetSession(ConnectionSettings settings, NpgsqlConnection connection)
    {
        if (settings.TargetSession is not { } wanted || settings.Endpoints.Count > 1)
            return;
        var standby = connection.PostgresParameters.GetValueOrDefault("in_hot_standby") == "on";
        var readOnly = standby || connection.PostgresParameters.GetValueOrDefault("default_transaction_read_only") == "on";
        var fits = wanted switch
        {
            "read-write" => !readOnly,
            "read-only" => readOnly,
            "primary" => !standby,
            "standby" => standby,
            _ => true,
        };
        if (!fits)
            throw Texts.Error(
                "TargetSession",
                ExitCode.NoConnection,
                new ErrorPlace(TargetName: settings.Target),
                null,
                settings.Target,
                wanted
            );
    }

    // A pooler may ignore how the session was to begin; then the migrations of a tenant would run in whatever schema is first.
    private static async Task CheckSchemaAsync(
        ConnectionSettings settings,
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        const string Seen = "SELECT pg_catalog.current_setting('search_path'), pg_catalog.current_schema()::pg_catalog.text";
        var (path, schema) = await connection
            .QueryAsync(
                [BatchStep.Bare(Seen)],
                async reader =>
                {
                    await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                    return (reader.GetString(0), reader[1] as string);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (path != settings.SearchPath || schema != settings.Schema)
            throw Texts.Error(
                path != settings.SearchPath ? "TenantPathIgnored" : "TenantSchemaClosed",
                ExitCode.NoConnection,
                new ErrorPlace(TargetName: settings.Target),
                null,
                settings.Target,
                settings.Schema
            );
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
