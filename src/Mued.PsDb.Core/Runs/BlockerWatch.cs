using System.Diagnostics;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Looks, while the run's own connection waits for an answer, who blocks the run, which statement is at work, how far a CREATE INDEX is,
/// and renews the lease of a non-transactional migration, on a connection of its own. It connects only when the answer is slow. What it
/// cannot see it leaves out; it never fails the run. The run is found by its application_name, because a pooler hides the backend's
/// process id from the client.
/// </summary>
internal sealed class BlockerWatch : IAsyncDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(5);

    private const string BlockersSql = """
        SELECT b.pid, coalesce(b.application_name, ''), b.state, extract(epoch FROM clock_timestamp() - b.xact_start)::float8,
            coalesce((SELECT array_agg(DISTINCT h.mode ORDER BY h.mode) FROM pg_catalog.pg_locks AS h
                WHERE h.pid = b.pid AND h.granted AND h.relation IS NOT DISTINCT FROM w.relation
                    AND h.locktype = w.locktype AND (h.relation IS NOT NULL OR h.transactionid = w.transactionid)), '{}'),
            w.relation::regclass::text
        FROM pg_catalog.pg_stat_activity AS a
        JOIN pg_catalog.pg_locks AS w ON w.pid = a.pid AND NOT w.granted
        CROSS JOIN LATERAL unnest(pg_catalog.pg_blocking_pids(a.pid)) AS blocking(pid)
        JOIN pg_catalog.pg_stat_activity AS b ON b.pid = blocking.pid
        WHERE a.application_name = $1
        """;

    private const string IndexSql = """
        SELECT p.phase, p.blocks_done, p.blocks_total, p.tuples_done, p.tuples_total, p.relid::regclass::text
        FROM pg_catalog.pg_stat_activity AS a
        JOIN pg_catalog.pg_stat_progress_create_index AS p ON p.pid = a.pid
        WHERE a.application_name = $1
        """;

    // The text that the server is at work on, cut at track_activity_query_size.
    private const string StatementSql = """
        SELECT a.query FROM pg_catalog.pg_stat_activity AS a WHERE a.application_name = $1 AND a.state = 'active' AND a.usename = current_user
        """;

    private readonly ConnectionSettings settings;
    private readonly string observed;
    private readonly TimeSpan interval;
    private readonly PeriodicTimer timer;
    private readonly IProgress<RunProgress>? progress;
    private readonly CancellationTokenSource stop = new();
    private readonly object gate = new();
    private readonly Dictionary<(int Pid, string? Relation), Blocker> blockers = [];
    private readonly Task work;
    private long waitingSince;
    private string? migration;
    private Func<NpgsqlConnection, CancellationToken, Task>? keepAlive;
    private Action<string>? atWork;

    /// <param name="settings">The database.</param>
    /// <param name="observed">The application_name of the run.</param>
    /// <param name="lockTimeout">The longest wait of the run for a lock; zero for no limit.</param>
    /// <param name="progress">Told what is seen.</param>
    public BlockerWatch(ConnectionSettings settings, string observed, TimeSpan lockTimeout, IProgress<RunProgress>? progress)
    {
        this.settings = settings;
        this.observed = observed;
        this.progress = progress;

        // Blockers can be seen only while the wait lasts: lock_timeout ends it. A third of it lets at least two queries fall into the wait.
        interval = lockTimeout > TimeSpan.Zero && lockTimeout / 3 < LongestInterval ? lockTimeout / 3 : LongestInterval;
        timer = new(interval);
        work = Task.Run(ObserveAsync);
    }

    /// <summary>Begins to watch a wait for the server's answer.</summary>
    /// <param name="name">The migration at work.</param>
    /// <param name="renew">What keeps its lease alive, if it has one.</param>
    /// <param name="running">Told the text of the statement that the server is at work on.</param>
    public void Begin(string name, Func<NpgsqlConnection, CancellationToken, Task>? renew = null, Action<string>? running = null)
    {
        lock (gate)
        {
            (migration, keepAlive, atWork, waitingSince) = (name, renew, running, Stopwatch.GetTimestamp());
            blockers.Clear();
        }
    }

    /// <summary>Ends the watch.</summary>
    /// <returns>Everybody who was seen blocking the run meanwhile.</returns>
    public IReadOnlyList<Blocker> End()
    {
        lock (gate)
        {
            (migration, keepAlive, atWork) = (null, null, null);
            return [.. blockers.Values.OrderBy(blocker => blocker.Pid)];
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        timer.Dispose();
        await stop.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task ObserveAsync()
    {
        NpgsqlConnection? connection = null;
        try
        {
            while (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
            {
                string? name;
                Func<NpgsqlConnection, CancellationToken, Task>? renew;
                lock (gate)
                {
                    (name, renew) = (migration, keepAlive);
                    if (name is null || Stopwatch.GetElapsedTime(waitingSince) < interval)
                        continue;
                }

                connection = await QueryOrDisconnectAsync(connection, name, renew).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended during a query.
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<NpgsqlConnection?> QueryOrDisconnectAsync(
        NpgsqlConnection? connection,
        string name,
        Func<NpgsqlConnection, CancellationToken, Task>? renew
    )
    {
        try
        {
            connection ??= await settings.OpenAsync(stop.Token).ConfigureAwait(false);
            if (renew is not null)
                await renew(connection, stop.Token).ConfigureAwait(false);
            await QueryServerAsync(connection, name).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or MuedException)
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private async Task QueryServerAsync(NpgsqlConnection connection, string name)
    {
        using var batch = connection.Batch();
        foreach (var sql in (ReadOnlySpan<string>)[BlockersSql, IndexSql, StatementSql])
            batch.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = observed } } });
        var reader = await batch.ExecuteReaderAsync(stop.Token).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(stop.Token).ConfigureAwait(false))
                AddBlocker(name, ReadBlocker(reader));
            await reader.NextResultAsync(stop.Token).ConfigureAwait(false);
            if (await reader.ReadAsync(stop.Token).ConfigureAwait(false))
            {
                var (done, total) =
                    reader.GetInt64(2) > 0 ? (reader.GetInt64(1), reader.GetInt64(2)) : (reader.GetInt64(3), reader.GetInt64(4));
                progress?.Report(
                    new(ProgressKind.Index, Texts.Get("IndexProgress", reader.GetString(5), reader.GetString(0)), name, done, total)
                );
            }

            await reader.NextResultAsync(stop.Token).ConfigureAwait(false);
            if (await reader.ReadAsync(stop.Token).ConfigureAwait(false) && !reader.IsDBNull(0))
                ReportStatement(reader.GetString(0));
        }
    }

    private void ReportStatement(string statement)
    {
        Action<string>? listener;
        lock (gate)
            listener = atWork;
        listener?.Invoke(statement);
    }

    private void AddBlocker(string name, Blocker blocker)
    {
        bool news;
        lock (gate)
        {
            news = migration == name && !blockers.ContainsKey((blocker.Pid, blocker.Relation));
            if (migration == name)
                blockers[(blocker.Pid, blocker.Relation)] = blocker;
        }

        if (news)
            progress?.Report(
                new(
                    ProgressKind.Waiting,
                    Texts.Get("WaitingForSession", name, blocker.Pid, blocker.ApplicationName, blocker.Relation ?? "-"),
                    name
                )
            );
    }

    private static Blocker ReadBlocker(NpgsqlDataReader reader) =>
        new(
            reader.GetInt32(0),
            reader.GetString(1),
            reader.IsDBNull(2) ? null : reader.GetString(2),
            reader.IsDBNull(3) ? null : TimeSpan.FromSeconds(reader.GetDouble(3)),
            reader.GetFieldValue<string[]>(4),
            reader.IsDBNull(5) ? null : reader.GetString(5)
        );
}
