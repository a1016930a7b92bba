using System.Globalization;
using Npgsql;

namespace Mued.PsDb.Sql;

/// <summary>
/// The limits that a server, a database or a role may have set for the sessions of applications, and that would end work of ours half-way:
/// statement_timeout, and from PostgreSQL 17 on transaction_timeout (PostgreSQL manual, Client Connection Defaults).
/// </summary>
internal static class ServerLimits
{
    /// <summary>
    /// How long a transaction of ours may wait for us, unless others may wait for it longer. Locks are held meanwhile, and when this process
    /// is stopped or its machine is gone, nobody but the server can end that.
    /// </summary>
    public static readonly TimeSpan IdleInTransaction = TimeSpan.FromSeconds(10);

    /// <summary>Lifts them in a transaction that a batch has begun, and puts our own in their place; all to its end.</summary>
    /// <param name="connection">The connection that the transaction is on.</param>
    /// <param name="lockTimeout">The longest wait for one lock; zero for no limit.</param>
    /// <param name="statementTimeout">The longest time of one statement, zero for no limit; null leaves that of the session.</param>
    /// <param name="maxBlocking">The longest that others may wait for the transaction; zero for no limit.</param>
    public static IEnumerable<string> Own(
        NpgsqlConnection connection,
        TimeSpan lockTimeout,
        TimeSpan? statementTimeout,
        TimeSpan maxBlocking
    ) =>
        [
            Set("lock_timeout", lockTimeout),
            .. statementTimeout is { } limit ? [Set("statement_timeout", limit)] : Array.Empty<string>(),
            Set("idle_in_transaction_session_timeout", maxBlocking > IdleInTransaction ? maxBlocking : IdleInTransaction),
            .. connection.PostgreSqlVersion.Major >= 17 ? [Set("transaction_timeout", TimeSpan.Zero)] : Array.Empty<string>(),
        ];

    /// <summary>
    /// Lifts them for the rest of a batch without BEGIN, whose transaction is implicit: there SET LOCAL only warns. It returns no rows.
    /// </summary>
    /// <param name="lockTimeout">The longest wait for one lock, zero for no limit; null leaves the server's own.</param>
    public static string LiftInBatch(TimeSpan? lockTimeout = null) => LiftInBatch(lockTimeout, "");

    /// <summary>
    /// The same as the first of a batch, and with it the search_path that the connection was opened with, if any: that of a tenant. Behind a
    /// pooler the session may have begun with another.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="lockTimeout">The longest wait for one lock, zero for no limit; null leaves the server's own.</param>
    public static BatchStep LiftInBatch(NpgsqlConnection connection, TimeSpan? lockTimeout = null) =>
        BatchStep.Bare(
            LiftInBatch(
                lockTimeout,
                new NpgsqlConnectionStringBuilder(connection.ConnectionString).SearchPath is { } path
                    ? $", ('search_path', {SqlString.Literal(path)})"
                    : ""
            )
        );

    /// <summary>
    /// Lifts them for the session, and that of locks: for a statement that no transaction can hold and no batch share, such as CREATE INDEX
    /// CONCURRENTLY. Behind a pooler it does nothing and returns no row, since the session is another client's next: there the server shows
    /// another process than the one that the connection was told of.
    /// </summary>
    /// <param name="connection">The connection that the session is on.</param>
    /// <param name="statementTimeout">The longest time of one statement; zero for no limit.</param>
    public static NpgsqlBatchCommand LiftInSession(NpgsqlConnection connection, TimeSpan statementTimeout) =>
        new(
            $"""
            SELECT pg_catalog.set_config(s.name, s.value, false)
            FROM (VALUES ('statement_timeout', '{Milliseconds(
                statementTimeout
            )}'), ('transaction_timeout', '0'), ('lock_timeout', '0')) AS s (name, value)
            WHERE pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) $1 AND pg_catalog.current_setting(s.name, true) IS NOT NULL
            """
        )
        {
            Parameters = { new() { Value = connection.ProcessID } },
        };

    /// <summary>Whether the session is ours alone, so that <see cref="LiftInSession"/> has an effect: a row, or none.</summary>
    public static NpgsqlBatchCommand AskSession(NpgsqlConnection connection) =>
        new("SELECT 'ours' WHERE pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) $1")
        {
            Parameters = { new() { Value = connection.ProcessID } },
        };

    /// <summary>
    /// Does work beside a transaction that is open, and keeps the server from taking it for forgotten: it is asked something all the while.
    /// </summary>
    /// <param name="connection">The connection that the transaction is on; the work must not use it.</param>
    /// <param name="work">The work; its token is cancelled when the connection is lost.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public static async Task<T> KeepAwakeAsync<T>(
        this NpgsqlConnection connection,
        Func<CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var task = Task.Run(() => work(either.Token), CancellationToken.None);
        try
        {
            while (await Task.WhenAny(task, Task.Delay(IdleInTransaction / 4, cancellationToken)).ConfigureAwait(false) != task)
                await connection.ExecuteAsync(["SELECT 1"], cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await either.CancelAsync().ConfigureAwait(false);
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await task.ConfigureAwait(false);
    }

    private static string LiftInBatch(TimeSpan? lockTimeout, string more)
    {
        var own = lockTimeout is { } limit ? $", ('lock_timeout', '{Milliseconds(limit)}')" : "";
        return "DO "
            + SqlString.Literal(
                $"""
                BEGIN
                    PERFORM pg_catalog.set_config(s.name, s.value, true)
                    FROM (VALUES ('statement_timeout', '0'), ('transaction_timeout', '0'){own}{more}) AS s (name, value)
                    WHERE pg_catalog.current_setting(s.name, true) IS NOT NULL;
                END
                """
            );
    }

    private static string Set(string name, TimeSpan value) => $"SET LOCAL {name} = {Milliseconds(value)}";

    private static string Milliseconds(TimeSpan value) => ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
