using System.Globalization;

namespace Mued.PsDb.Tests.Metrics;

/// <summary>The figures of a day by plain arithmetic, without a database: what the engine's are held against.</summary>
internal static class ExpectedDay
{
    /// <summary>One line, as <see cref="Sql"/> reads it from the table.</summary>
    public static string Line(DateOnly day, string zone, IReadOnlyList<Dialogue> rows)
    {
        if (rows.Count == 0)
            return $"{day:yyyy-MM-dd}|~|~|~|~|~|~|~|~|0|~|~|~|~|{zone}|~|~|~|~|~";
        var latencies = rows.Select(row => row.Latency).OfType<int>().Order().ToList();
        var costs = rows.Select(row => row.Cost).OfType<decimal>().ToList();
        var votes = rows.Where(row => row.Feedback is 1 or -1).ToList();
        var cited = rows.Select(row => row.Cited()).ToList();
        var citationRate = Percent(cited.Count(item => item.Count > 0), rows.Count);
        var (p50, p95, p99) = (Percentile(latencies, 50), Percentile(latencies, 95), Percentile(latencies, 99));
        var cost = Mean(costs, 2);
        var relevance = Mean(rows.Select(row => row.Relevance).OfType<decimal>(), 2);
        bool?[] met =
        [
            citationRate >= 70,
            p50 is null ? null : p50 <= 1500 && p95 <= 3000,
            cost is null ? null : cost <= 3,
            relevance is null ? null : relevance >= 0.70m,
        ];
        bool? overall =
            met.Contains(false) ? false
            : met.Contains(null) ? null
            : true;
        List<string> line =
        [
            day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Fixed(citationRate),
            Text(cited.Sum(item => item.Count)),
            Text(cited.SelectMany(item => item.Sources).Distinct(StringComparer.Ordinal).Count()),
            Text(p50),
            Text(p95),
            Text(p99),
            Fixed(cost),
            Fixed(costs.Count == 0 ? null : costs.Sum()),
            Text(rows.Count),
            Text(rows.Select(row => row.User).Distinct().Count()),
            Text(Mean(rows.Select(row => row.Tokens).OfType<int>().Select(tokens => (decimal)tokens), 0)),
            Fixed(relevance),
            Fixed(votes.Count == 0 ? null : Percent(votes.Count(row => row.Feedback == 1), votes.Count)),
            zone,
        ];
        line.AddRange(
            met.Append(overall)
                .Select(value =>
                    value is null ? "~"
                    : value.Value ? "true"
                    : "false"
                )
        );
        return string.Join('|', line);
    }

    /// <summary>The lines of the table.</summary>
    public const string Sql = """
        SELECT array_to_string(ARRAY[date(date)::text, citation_rate::text, citation_count::text, unique_sources_count::text, latency_p50_ms::text,
            latency_p95_ms::text, latency_p99_ms::text, cost_per_answer::text, total_cost::text, total_queries::text, unique_users::text,
            average_tokens_per_query::text, average_relevance_score::text, positive_votes_rate::text, slo_compliance ->> 'timeZone',
            slo_compliance ->> 'citationRateMet', slo_compliance ->> 'latencyMet', slo_compliance ->> 'costMet', slo_compliance ->> 'relevanceMet',
            slo_compliance ->> 'overallMet'], '|', '~')
        FROM rag_metrics_history WHERE date = date(date)::timestamp ORDER BY date
        """;

    private static decimal? Percentile(List<int> sorted, int percent)
    {
        if (sorted.Count == 0)
            return null;
        var place = (sorted.Count - 1) * percent / 100m;
        var below = (int)decimal.Floor(place);
        var above = Math.Min(below + 1, sorted.Count - 1);
        return Half(sorted[below] + (sorted[above] - sorted[below]) * (place - below), 0);
    }

    private static decimal Percent(int part, int all) => Half(100m * part / all, 2);

    private static decimal? Mean(IEnumerable<decimal> values, int digits) =>
        values.ToList() is { Count: > 0 } all ? Half(all.Sum() / all.Count, digits) : null;

    private static decimal Half(decimal value, int digits) => Math.Round(value, digits, MidpointRounding.AwayFromZero);

    private static string Text(decimal? value) => value?.ToString("0", CultureInfo.InvariantCulture) ?? "~";

    private static string Fixed(decimal? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "~";
}
