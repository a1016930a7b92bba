using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>
/// Clients at work on the table users(id, name, …) while something else happens: readers and writers by primary key, each in a session of
/// its own. How long a statement took is what the server says of it, its wait for locks included, and not when this machine got the answer.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    // now() is when the transaction began, which is when the statement came.
    private const string Took = "extract(epoch FROM clock_timestamp() - now())::float8";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<(string Client, TimeSpan Took)> statements = [];
    private readonly List<Task> clients = [];

    private Traffic(string url, int readers, int writers, int rows)
    {
        for (var i = 0; i < readers; i++)
            clients.Add(WorkAsync(url, "reader", $"SELECT {Took} FROM users WHERE id = $1", rows));
        for (var i = 0; i < writers; i++)
            clients.Add(WorkAsync(url, "writer", $"UPDATE users SET name = name WHERE id = $1 RETURNING {Took}", rows));
    }

    /// <summary>The longest that one statement of any client took.</summary>
    public TimeSpan Longest => statements.Max(statement => statement.Took);

    /// <summary>The same in words: of readers and writers, and of how many statements.</summary>
    public string Figures =>
        string.Join(
            ", ",
            statements
                .GroupBy(statement => statement.Client)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{group.Count()} of {group.Key}s, the longest {group.Max(statement => statement.Took).TotalSeconds:0.00} s"
                    )
                )
        );

    /// <summary>Starts them.</summary>
    /// <param name="url">The database.</param>
    /// <param name="rows">How many users there are, with the ids from 1.</param>
    public static Traffic Start(string url, int rows, int readers = 2, int writers = 2) => new(url, readers, writers, rows);

    /// <summary>Lets them finish what they are at. Fails when one of their statements failed, such as by a cancellation.</summary>
    public async Task EndAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(clients);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(clients).ContinueWith(_ => { }, TaskScheduler.Default);
        stop.Dispose();
    }

    private async Task WorkAsync(string url, string client, string sql, int rows)
    {
        await using var connection = await TestConnection.OpenAsync(url);
        while (!stop.IsCancellationRequested)
        {
#pragma warning disable CA5394 // Any row will do.
            await using var command = new NpgsqlCommand(sql, connection)
            {
                Parameters = { new() { Value = Random.Shared.Next(rows) + 1 } },
            };
#pragma warning restore CA5394
            statements.Add((client, TimeSpan.FromSeconds((double)(await command.ExecuteScalarAsync())!)));
            await Task.Delay(Pause);
        }
    }
}
