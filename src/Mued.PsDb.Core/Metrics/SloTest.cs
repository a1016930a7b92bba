using System.Diagnostics;
using Mued.PsDb.Foundation;
using Mued.PsDb.Metrics;
using Mued.PsDb.Phase2;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb;

/// <summary>Holds the figures in <c>rag_metrics_history</c> against the objectives, over a window of days; one round trip, read only.</summary>
public static class SloTest
{
    private const string Grants = "GRANT SELECT ON public.rag_metrics_history TO {0}";

    // $1 time zone, $2 last day or null, $3 days to look back. The last day comes back without any row too. OFFSET keeps the zone from being looked at only where no day is given.
    private const string Read = """
        WITH period AS (
            SELECT coalesce($2, t.yesterday) AS last FROM (SELECT (clock_timestamp() AT TIME ZONE $1)::date - 1 OFFSET 0) AS t (yesterday)
        )
        SELECT p.last, date(h.date), h.slo_compliance ->> 'timeZone', coalesce(h.total_queries, 0), h.citation_rate::text,
               h.latency_p50_ms::text, h.latency_p95_ms::text, h.cost_per_answer::text, h.total_cost::text, h.average_relevance_score::text
        FROM period AS p LEFT JOIN public.rag_metrics_history AS h ON date(h.date) > p.last - $3 AND date(h.date) <= p.last
        ORDER BY 2
        """;

    /// <summary>Reads and judges.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">The window and the objectives.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The objectives with their values; whether one failed is <see cref="SloReport.Success"/>.</returns>
    /// <exception cref="MuedException">
    /// An option is wrong (exit code 2); a day has two rows or one of another zone, Phase 2 is not there, or the role may not (1); no
    /// connection (3).
    /// </exception>
    public static async Task<SloReport> RunAsync(
        ConnectionSettings settings,
        SloOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var (startedAt, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var (last, days) = await Phase2Tables
            .QueryAsync(
                settings,
                ["BEGIN READ ONLY", ServerLimits.LiftInBatch(Phase2Tables.LongestWait), Query(options), "COMMIT"],
                Grants,
                reader => ReadAsync(reader, options, settings.Target, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        var judgement = new SloJudgement(options, last, days);
        return new(settings.Target, settings.Source, options.TimeZone)
        {
            From = judgement.First,
            To = last,
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            Queries = judgement.Queries(),
            Objectives = judgement.Objectives(),
            MissingDays = judgement.Missing(),
            Cost = judgement.Cost(),
            Outliers = judgement.Outliers(),
            Days = days,
        };
    }

    private static NpgsqlBatchCommand Query(SloOptions options)
    {
        var command = new NpgsqlBatchCommand(Read);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.TimeZone });
        command.Parameters.Add(CalendarDays.Parameter(options.To));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = options.DaysRead });
        return command;
    }

    private static async Task<(DateOnly Last, List<DayFigures> Days)> ReadAsync(
        NpgsqlDataReader reader,
        SloOptions options,
        string target,
        CancellationToken cancellationToken
    )
    {
        var (last, days) = (default(DateOnly), new List<DayFigures>());
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            last = reader.GetFieldValue<DateOnly>(0);
            if (reader.IsDBNull(1))
                continue;
            var day = DayOf(reader);
            if (days.Count > 0 && days[^1].Day == day.Day)
                throw Refused("SloTwice");
            if (!reader.IsDBNull(2) && !reader.GetString(2).Equals(options.TimeZone, StringComparison.OrdinalIgnoreCase))
                throw Refused("SloOtherZone", reader.GetString(2), options.TimeZone);
            days.Add(day);

            MuedException Refused(string id, params object[] values) =>
                Texts.Error(
                    id,
                    ExitCode.CheckFailed,
                    new ErrorPlace(TargetName: target),
                    null,
                    [target, CalendarDays.Text(day.Day), .. values]
                );
        }

        return (last, days);
    }

    private static DayFigures DayOf(NpgsqlDataReader reader) =>
        new(reader.GetFieldValue<DateOnly>(1))
        {
            Queries = reader.GetInt32(3),
            CitationRate = reader.Number(4),
            LatencyP50Ms = reader.Whole(5),
            LatencyP95Ms = reader.Whole(6),
            CostPerAnswer = reader.Number(7),
            TotalCost = reader.Number(8),
            Relevance = reader.Number(9),
        };
}
