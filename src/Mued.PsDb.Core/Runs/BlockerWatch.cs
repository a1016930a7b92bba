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

    // A prepared transaction blocks as pid 0, its locks have no pid, and the one on its own id says who it is (PostgreSQL manual, System
    // Information Functions; pg_locks). Of an autovacuum worker a role without pg_read_all_stats sees only that it has no user; then
    // the age of the table tells whether it has to go on.
    private const string BlockersSql = """
        WITH waits AS MATERIALIZED (
            SELECT w.*, pg_catalog.pg_blocking_pids(w.pid) AS blocking
            FROM pg_catalog.pg_stat_activity AS a JOIN pg_catalog.pg_locks AS w ON w.pid = a.pid AND NOT w.granted
            WHERE a.application_name = $1
        ), held AS MATERIALIZED (
            SELECT w.relation, w.blocking, h.pid, h.virtualtransaction, array_agg(DISTINCT h.mode ORDER BY h.mode) AS modes
            FROM waits AS w JOIN pg_catalog.pg_locks AS h ON h.granted
                AND (h.locktype, h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid, h.classid, h.objid, h.objsubid)
                    IS NOT DISTINCT FROM
                    (w.locktype, w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid, w.classid, w.objid, w.objsubid)
            GROUP BY 1, 2, 3, 4
        )
        SELECT b.pid, coalesce(b.application_name, ''), b.state, extract(epoch FROM clock_timestamp() - b.xact_start)::float8,
            coalesce((SELECT h.modes FROM held AS h WHERE h.pid = b.pid AND h.relation IS NOT DISTINCT FROM w.relation), '{}'),
            w.relation::regclass::text, NULL,
            CASE WHEN b.backend_type = 'autovacuum worker' THEN b.query LIKE '%(to prevent wraparound)'
                ELSE b.backend_type IS NULL AND b.usesysid IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = w.relation
                    AND (age(c.relfrozenxid) > current_setting('autovacuum_freeze_max_age')::bigint
                        OR mxid_age(c.relminmxid) > current_setting('autovacuum_multixact_freeze_max_age')::bigint)) END
        FROM waits AS w JOIN pg_catalog.pg_stat_activity AS b ON b.pid = ANY (w.blocking)
        UNION ALL
        SELECT 0, '', NULL, extract(epoch FROM clock_timestamp() - p.prepared)::float8, h.modes, h.relation::regclass::text, p.gid, false
        FROM held AS h JOIN pg_catalog.pg_locks AS own ON own.pid IS NULL AND own.virtualtransaction = h.virtualtransaction
        JOIN pg_catalog.pg_prepared_xacts AS p ON p.transaction = own.transactionid
        WHERE h.pid IS NULL AND 0 = ANY (h.blocking)
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
    private readonly Dictionary<(int Pid, string? PreparedTransaction, string? Relation), Blocker> blockers = [];
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
        var key = (blocker.Pid, blocker.PreparedTransaction, blocker.Relation);
        lock (gate)
        {
            news = migration == name && !blockers.ContainsKey(key);
            if (migration == name)
                blockers[key] = blocker;
        }

        if (news)
            progress?.Report(
                new(ProgressKind.Waiting, Texts.Get("WaitingForSession", name, BlockerText.NameOf(blocker), blocker.Relation ?? "-"), name)
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
        )
        {
            PreparedTransaction = reader.IsDBNull(6) ? null : reader.GetString(6),
            PreventsWraparound = reader.GetBoolean(7),
        };
}
