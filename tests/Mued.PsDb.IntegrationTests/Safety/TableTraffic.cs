using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Mued.PsDb.Tests.Safety;

/// <summary>
/// Clients at work on every table of <see cref="SafetyCase"/>: one that reads rows and one that writes rows of each. They work inside of the
/// server, a transaction a statement, so that a busy machine does not keep them from coming; and how long each of them waited for a lock is
/// what the server says of that wait (log_lock_waits), so that what else takes time there does not count.
/// </summary>
internal sealed partial class TableTraffic : IAsyncDisposable
{
    /// <summary>What the clients need in a database, or in the one that it is a copy of.</summary>
    /// <param name="rows">The tables have rows with the ids from 1 to this, at least.</param>
    public static string Setup(int rows) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            CREATE SCHEMA traffic;
            CREATE SEQUENCE traffic.ids START 2000000000;
            CREATE TABLE traffic.over ();
            CREATE PROCEDURE traffic.work(statement text) LANGUAGE plpgsql AS $$
            DECLARE
                over bool := false;
            BEGIN
                RAISE INFO 'at work';
                WHILE NOT over LOOP
                    over := EXISTS (SELECT FROM traffic.over);
                    BEGIN
                        EXECUTE statement USING 1 + floor(random() * {rows})::bigint;
                    EXCEPTION WHEN OTHERS THEN
                        -- What it asks for is gone, or has another type; that it waited counts all the same.
                    END;
                    COMMIT;
                    PERFORM pg_sleep(0.005);
                END LOOP;
            END $$;
            """
        );

    private static readonly string[] Statements =
    [
        "SELECT 1 FROM big WHERE id = $1",
        "UPDATE big SET m = m WHERE id = $1",
        "SELECT 1 FROM big2 WHERE id = $1",
        "INSERT INTO big2 VALUES (nextval('traffic.ids'))",
        "SELECT 1 FROM nokey LIMIT 1",
        "INSERT INTO nokey VALUES (nextval('traffic.ids'))",
        "SELECT 1 FROM parted LIMIT 1",
        "INSERT INTO parted VALUES ($1)",
        "SELECT 1 FROM apart LIMIT 1",
        "SELECT 1 FROM small LIMIT 1",
        "UPDATE small SET m = m WHERE id = 1 + $1 % 100",
        "SELECT 1 FROM parent LIMIT 1",
        "SELECT 1 FROM seen LIMIT 1",
        "SELECT 1 FROM sums",
        "SELECT 1 FROM few",
    ];

    private readonly string url;
    private readonly List<Task<TimeSpan>> clients = [];

    private TableTraffic(string url) => this.url = url;

    /// <summary>Starts, and returns when all of them are at work.</summary>
    public static async Task<TableTraffic> StartAsync(TestDatabase database)
    {
        var traffic = new TableTraffic(database.Url);
        foreach (var statement in Statements)
        {
            var begun = new TaskCompletionSource();
            var client = WorkAsync(database.Url, statement, begun);
            traffic.clients.Add(client);
            await await Task.WhenAny(begun.Task, client);
        }

        return traffic;
    }

    /// <summary>Lets them finish what they are at, and tells the longest wait for a lock of any of them.</summary>
    public async Task<TimeSpan> EndAsync()
    {
        await TestConnection.ExecuteAsync(url, "INSERT INTO traffic.over DEFAULT VALUES");
        return (await Task.WhenAll(clients)).Max();
    }

    public async ValueTask DisposeAsync()
    {
        if (clients.Any(client => !client.IsCompleted))
            await EndAsync();
    }

    private static async Task<TimeSpan> WorkAsync(string url, string statement, TaskCompletionSource begun)
    {
        // A wait is spoken of from the age of deadlock_timeout on.
        const string Settings = "-c log_lock_waits=on -c deadlock_timeout=1ms -c client_min_messages=log -c log_min_messages=panic";
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(TestConnection.StringFor(url)) { Options = Settings }.ConnectionString
        );
        var longest = 0.0;
        connection.Notice += (_, e) =>
        {
            begun.TrySetResult();
            if (Acquired().Match(e.Notice.MessageText) is { Success: true } acquired)
                longest = Math.Max(longest, double.Parse(acquired.Groups[1].Value, CultureInfo.InvariantCulture));
        };
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("CALL traffic.work($1)", connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = statement } },
        };
        await command.ExecuteNonQueryAsync();
        return TimeSpan.FromMilliseconds(longest);
    }

    [GeneratedRegex(@"^process \d+ acquired .* after ([0-9.]+) ms$")]
    private static partial Regex Acquired();
}
