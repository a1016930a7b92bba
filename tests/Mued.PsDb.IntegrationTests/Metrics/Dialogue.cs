using System.Globalization;
using System.Text.Json;

namespace Mued.PsDb.Tests.Metrics;

/// <summary>A row of <c>ai_dialogue_log</c>, made at random or for a case.</summary>
internal sealed record Dialogue(
    DateTime CreatedAt,
    int User,
    string? Citations,
    int? Latency,
    decimal? Cost,
    int? Tokens,
    decimal? Relevance,
    int? Feedback
)
{
    private static readonly string?[] Odd =
    [
        null,
        "null",
        "[]",
        "{}",
        "{\"source\": \"a\"}",
        "\"text\"",
        "5",
        "[null]",
        "[[\"source\"], \"source\", 5, true]",
        "[{\"source\": null}, {\"source\": \"\"}, {\"source\": 5}, {\"other\": \"a\"}, null]",
    ];

    /// <summary>
    /// Days with few and with many rows, none on some; ties, nulls, and rows at the first and the last microsecond of days.
    /// </summary>
    public static List<Dialogue> Random(DateOnly first, int days, Func<DateOnly, DateTime> midnight, int seed)
    {
        var random = new Random(seed);
        var rows = new List<Dialogue>();
        for (var day = 0; day < days; day++)
        {
            var (begins, ends) = (midnight(first.AddDays(day)), midnight(first.AddDays(day + 1)));
            var count = random.Next(12) == 0 ? 0 : random.Next(1, random.Next(1, 40) + 1);
            for (var i = 0; i < count; i++)
                rows.Add(One(random, begins, ends));
        }

        return rows;
    }

    /// <summary>Puts rows into a database of Phase 2.</summary>
    public static async Task InsertAsync(TestDatabase database, IReadOnlyList<Dialogue> rows)
    {
        await database.ExecuteAsync(
            "INSERT INTO users (id, clerk_id, email) SELECT md5(i::text)::uuid, i, i || '@example.org' FROM generate_series(0, 19) AS i ON CONFLICT DO NOTHING"
        );
        await using var connection = await database.OpenAsync();
        await using var copy = await connection.BeginTextImportAsync(
            "COPY ai_dialogue_log (user_id, session_id, query, response, model_used, created_at, citations, latency_ms, token_cost_jpy, total_tokens, relevance_score, user_feedback) FROM STDIN (FORMAT csv, NULL '~')"
        );
        foreach (var row in rows)
        {
            var user = new Guid(Convert.FromHexString(Md5(row.User)), bigEndian: true);
            var json = row.Citations is null ? "~" : $"\"{row.Citations.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            await copy.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{user},{user},q,r,m,{row.CreatedAt:yyyy-MM-dd HH:mm:ss.ffffff},{json},{Text(row.Latency)},{Text(row.Cost)},{Text(row.Tokens)},{Text(row.Relevance)},{Text(row.Feedback)}"
                )
            );
        }
    }

    /// <summary>How many citations it has, and which sources they name.</summary>
    public (int Count, IEnumerable<string> Sources) Cited()
    {
        if (Citations is null || JsonDocument.Parse(Citations).RootElement is not { ValueKind: JsonValueKind.Array } array)
            return (0, []);
        var items = array.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.Null).ToList();
        var sources =
            from item in items
            where item.ValueKind == JsonValueKind.Object && item.TryGetProperty("source", out _)
            let source = item.GetProperty("source")
            where source.ValueKind != JsonValueKind.Null
            select source.ValueKind == JsonValueKind.String ? source.GetString()! : source.GetRawText();
        return (items.Count, sources);
    }

    private static Dialogue One(Random random, DateTime begins, DateTime ends)
    {
        var ticks = (ends - begins).Ticks / 10;
        var at = random.Next(20) switch
        {
            0 => begins,
            1 => ends.AddTicks(-10),
            _ => begins.AddTicks(random.NextInt64(ticks) * 10),
        };
        return new(
            at,
            random.Next(20),
            random.Next(2) == 0 ? Odd[random.Next(Odd.Length)] : Sources(random),
            Maybe(random, () => random.Next(3) == 0 ? 1500 : random.Next(1, 9000)),
            Maybe(random, () => random.Next(0, 700) / 100m),
            Maybe(random, () => random.Next(1, 4000)),
            Maybe(random, () => random.Next(0, 101) / 100m),
            Maybe(random, () => random.Next(-1, 2))
        );
    }

    private static string Sources(Random random) =>
        "[" + string.Join(", ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{{\"source\": \"doc-{random.Next(9)}\"}}")) + "]";

    private static T? Maybe<T>(Random random, Func<T> value)
        where T : struct => random.Next(6) == 0 ? null : value();

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "~";

#pragma warning disable CA5351 // The tests' own keys, as the server's md5 makes them.
    private static string Md5(int number) =>
        Convert.ToHexString(
            System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)))
        );
#pragma warning restore CA5351
}
