using System.Diagnostics;
using System.Text.Json;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Keeps a run from making others wait for longer than its budget, and measures how long they did. The watching is the server's, by
/// <see cref="HarmSql"/> on a connection of its own, which is opened only when an answer is slow: a quick run costs nothing. What cannot be
/// watched is counted, and told.
/// </summary>
internal sealed class HarmWatch : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestThreshold = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ConnectionSettings settings;
    private readonly RunName name;
    private readonly Action<string> warn;
    private readonly PeriodicTimer timer = new(Tick);
    private readonly CancellationTokenSource stop = new();
    private readonly object gate = new();
    private readonly Task work;
    private readonly TimeSpan? bound;
    private readonly long? walBound;
    private bool lifted;
    private long? since;
    private bool onDuty;
    private bool everOnDuty;
    private Task round = Task.CompletedTask;
    private CancellationTokenSource ending = new();
    private OverBudget? over;
    private string? obstacle;
    private bool warned;

    /// <param name="settings">The database.</param>
    /// <param name="name">The application_name of the run's sessions.</param>
    /// <param name="budget">The longest that anybody may wait for the run, and how much WAL may be written; null only measures.</param>
    /// <param name="warn">Told once, why the run cannot be watched.</param>
    public HarmWatch(ConnectionSettings settings, RunName name, (TimeSpan? Wait, long? Wal) budget, Action<string> warn)
    {
        (this.settings, this.name, (bound, walBound), this.warn) = (settings, name, budget, warn);
        Harm = new() { MaxBlocking = bound };
        work = Task.Run(WatchAsync);
    }

    /// <summary>What was seen so far.</summary>
    public Harm Harm { get; private set; }

    /// <summary>Why the budget could not be kept at all times; null when it was, or there is none.</summary>
    public string? Warning =>
        bound is { } limit && Harm.Unseen > limit
            ? Texts.Get("BudgetUnwatched", Figures.Duration(Harm.Unseen), obstacle ?? Texts.Get("WatchLate"))
            : null;

    // A wait begins when our statement has its lock: one of this age is not over the budget when the first look comes.
    private TimeSpan Delay => bound is { } limit ? Min(limit / 10, LongestDelay) : LongestThreshold;

    private TimeSpan Threshold => bound is { } limit ? Min(limit / 5, LongestThreshold) : LongestThreshold;

    /// <summary>Transactions of the run may be open from now on.</summary>
    public void Begin()
    {
        lock (gate)
            since ??= Stopwatch.GetTimestamp();
    }

    /// <summary>None is open any more.</summary>
    public void End()
    {
        lock (gate)
        {
            NoteUnseen();
            (since, lifted) = (null, false);
        }
    }

    /// <summary>Until the end the work takes as long as it takes: it is only measured how long others wait.</summary>
    public async Task LiftAsync()
    {
        Task running;
        lock (gate)
        {
            if (bound is null)
                return;
            lifted = true;
            Harm = Harm with { MaxBlocking = null };
            running = round;
            ending.Cancel();
        }

        await running.ConfigureAwait(false);
    }

    /// <summary>Waits for the end of a look at a transaction that has ended; the server tells then what it saw.</summary>
    public async Task SettleAsync()
    {
        Task running;
        lock (gate)
            running = round;
        await Task.WhenAny(running, Task.Delay(Farewell)).ConfigureAwait(false);
    }

    /// <summary>What was ended for the budget since this was asked last; null when nothing was.</summary>
    public async Task<OverBudget?> OverAsync()
    {
        await SettleAsync().ConfigureAwait(false);
        lock (gate)
        {
            var found = over;
            over = null;
            return found;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The statement ends by itself with the transaction that it watches: to cancel it would stand in the server's log.
        End();
        timer.Dispose();
        await Task.WhenAny(work, Task.Delay(Farewell)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(false);
        stop.Dispose();
        ending.Dispose();
    }

    private async Task WatchAsync()
    {
        NpgsqlConnection? connection = null;
        try
        {
            while (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
            {
                Task<NpgsqlConnection?> next;
                lock (gate)
                {
                    if (since is not { } begun || Stopwatch.GetElapsedTime(begun) < Delay)
                        continue;
                    ending.Dispose();
                    ending = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                    round = next = Task.Run(() => RoundAsync(connection, ending.Token));
                }

                connection = await next.ConfigureAwait(false);
            }
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Watches one transaction to its end. Returns the connection for the next; null when it is of no more use.</summary>
    private async Task<NpgsqlConnection?> RoundAsync(NpgsqlConnection? connection, CancellationToken cancellationToken)
    {
        try
        {
            if (connection is null)
            {
                connection = await settings.OpenAsync(reconnect: false, NoteObstacle, cancellationToken).ConfigureAwait(false);
                connection.Notice += (_, e) => Hear(e.Notice.MessageText);
                await connection
                    .ExecuteAsync([ServerLimits.LiftInSession(connection, TimeSpan.Zero)], cancellationToken)
                    .ConfigureAwait(false);
            }

            var watch = HarmSql.Watch(name.Run, name.Product, (lifted ? null : bound, walBound), Threshold);
            await connection.ExecuteAsync([BatchStep.Bare(watch)], cancellationToken).ConfigureAwait(false);
            if (!everOnDuty)
                obstacle ??= Texts.Get("SessionsUnseen", name.Run);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or MuedException or OperationCanceledException)
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested)
                Warn(ConnectionFailure.From(e, settings));
            return null;
        }
        finally
        {
            lock (gate)
            {
                if (onDuty && since is not null)
                    since = Stopwatch.GetTimestamp();
                onDuty = false;
            }
        }
    }

    private void Hear(string message)
    {
        lock (gate)
        {
            if (message == HarmSql.OnDuty)
            {
                NoteUnseen();
                (onDuty, everOnDuty, obstacle) = (true, true, null);
            }
            else if (message.StartsWith(HarmSql.Over, StringComparison.Ordinal))
            {
                over = JsonSerializer.Deserialize(message[HarmSql.Over.Length..], HarmJson.Default.OverBudget);
            }
            else if (message.StartsWith(HarmSql.Seen, StringComparison.Ordinal))
            {
                Harm = Merge(JsonSerializer.Deserialize(message[HarmSql.Seen.Length..], HarmJson.Default.Harm)!);
            }
        }
    }

    // Up to here nobody looked, or nobody looked for less than the threshold.
    private void NoteUnseen()
    {
        if (since is not { } begun)
            return;
        var passed = Stopwatch.GetElapsedTime(begun);
        var unseen = onDuty ? Min(passed, Threshold) : passed;
        if (unseen > Harm.Unseen)
            Harm = Harm with { Unseen = unseen };
    }

    // A transaction may end before the tries to connect do, and then this is why nobody looked.
    private void NoteObstacle(MuedException exception) => obstacle = exception.Message;

    private void Warn(MuedException exception)
    {
        NoteObstacle(exception);
        if (bound is not { } limit || warned)
            return;
        warned = true;
        warn(Texts.Get("BudgetCannotBeKept", Figures.Duration(limit), exception.Message));
    }

    private Harm Merge(Harm seen)
    {
        var blocked = Harm.Blocked.Concat(seen.Blocked).OrderByDescending(session => session.Waited).Take(20).ToList();
        return Harm with
        {
            Blocked = blocked,
            LongestWait = blocked.Count > 0 ? blocked[0].Waited : Harm.LongestWait,
            Locks =
            [
                .. Harm
                    .Locks.Concat(seen.Locks)
                    .GroupBy(held => (held.Relation, held.LockMode))
                    .Select(group => group.MaxBy(held => held.Held)!)
                    .OrderByDescending(held => held.Held),
            ],
            Standbys =
            [
                .. Harm
                    .Standbys.Concat(seen.Standbys)
                    .GroupBy(standby => standby.Name, StringComparer.Ordinal)
                    .Select(group => group.MaxBy(standby => standby.Lag)!),
            ],
        };
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
