using System.Diagnostics;
using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Metrics;
using Mued.PsDb.Phase2;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb;

/// <summary>
/// Computes the figures of calendar days from <c>ai_dialogue_log</c> and keeps them in <c>rag_metrics_history</c>: one row a day, all of
/// them or none, in one round trip.
/// </summary>
public static class MetricsUpdate
{
    private const string Grants =
        "GRANT SELECT ON public.ai_dialogue_log TO {0}; GRANT SELECT, INSERT, UPDATE ON public.rag_metrics_history TO {0}";

    // For another run, which has at most some years to compute, or for whoever has locked the table.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Computes and writes.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">The days.</param>
    /// <param name="cancellationToken">Cancels the statement on the server; then nothing is written.</param>
    /// <returns>The days with what became of their rows.</returns>
    /// <exception cref="MuedException">
    /// The days or the time zone are wrong (exit code 2); a day must not be written, Phase 2 is not there, or the role may not (1); no
    /// connection (3). Nothing was written.
    /// </exception>
    public static async Task<MetricsReport> RunAsync(
        ConnectionSettings settings,
        MetricsOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        CalendarDays.CheckTimeZone(options.TimeZone);
        if (options.From > options.To)
            throw Texts.Usage("PeriodReversed", Text(options.From.Value), Text(options.To.Value));
        var (startedAt, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var days = await Phase2Tables
            .QueryAsync(
                settings,
                [
                    // Read committed, so that what follows the wait for another run sees its rows; not read-write, which would override a role's own guard.
                    "BEGIN ISOLATION LEVEL READ COMMITTED",
                    ServerLimits.LiftInBatch(LongestWait),
                    Phase2Tables.Prepare,
                    MetricsSql.Lock,
                    Update(options),
                    "COMMIT",
                ],
                Grants,
                reader => ReadAsync(reader, settings, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (days.Count == 0 && !options.Missing)
            throw Texts.Usage("PeriodReversed", options.From is { } from ? Text(from) : Texts.Get("Yesterday"), Texts.Get("Yesterday"));
        return new(settings.Target, settings.Source, options.TimeZone)
        {
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            Days = days,
        };
    }

    private static NpgsqlBatchCommand Update(MetricsOptions options)
    {
        var goal = SloObjectives.Default;
        var command = new NpgsqlBatchCommand(MetricsSql.Update);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.TimeZone });
        command.Parameters.Add(CalendarDays.Parameter(options.From));
        command.Parameters.Add(CalendarDays.Parameter(options.To));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = options.Missing });
        foreach (var limit in (decimal[])[goal.CitationRate, goal.LatencyP50, goal.LatencyP95, goal.Cost, goal.Relevance])
            command.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = limit });
        return command;
    }

    private static async Task<List<MetricsDay>> ReadAsync(
        NpgsqlDataReader reader,
        ConnectionSettings settings,
        CancellationToken cancellationToken
    )
    {
        var days = new List<MetricsDay>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!reader.IsDBNull(2))
                throw Refusal(reader.GetString(2), settings);
            if (!reader.IsDBNull(0))
                days.Add(DayOf(reader));
        }

        // The error of the COMMIT comes with the end of the results.
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
        return days;
    }

    private static MuedException Refusal(string json, ConnectionSettings settings)
    {
        using var document = JsonDocument.Parse(json);
        var (first, target) = (document.RootElement, new ErrorPlace(TargetName: settings.Target));
        var id = first[0].GetString()!;
        var code = id == "MetricsFuture" ? ExitCode.Usage : ExitCode.CheckFailed;
        return Texts.Error(id, code, target, null, settings.Target, first[1].GetString(), first[2].GetString(), first[3].GetString());
    }

    private static MetricsDay DayOf(NpgsqlDataReader reader)
    {
        using var document = JsonDocument.Parse(reader.GetString(16));
        var met = document.RootElement;
        return new(reader.GetFieldValue<DateOnly>(0), (MetricsStatus)reader.GetInt32(1))
        {
            CitationRate = reader.Number(3),
            CitationCount = reader.Whole(4),
            UniqueSources = reader.Whole(5),
            LatencyP50Ms = reader.Whole(6),
            LatencyP95Ms = reader.Whole(7),
            LatencyP99Ms = reader.Whole(8),
            CostPerAnswer = reader.Number(9),
            TotalCost = reader.Number(10),
            Queries = reader.Whole(11) ?? 0,
            Users = reader.Whole(12),
            TokensPerQuery = reader.Whole(13),
            Relevance = reader.Number(14),
            PositiveVotes = reader.Number(15),
            CitationRateMet = Met("citationRateMet"),
            LatencyMet = Met("latencyMet"),
            CostMet = Met("costMet"),
            RelevanceMet = Met("relevanceMet"),
            OverallMet = Met("overallMet"),
        };

        bool? Met(string name) => met.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetBoolean() : null;
    }

    private static string Text(DateOnly day) => CalendarDays.Text(day);
}
