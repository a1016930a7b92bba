namespace Mued.PsDb.Tests.Metrics;

/// <summary>The objectives over a window: the figures are the table's, and what cannot be judged is said.</summary>
public sealed class SloTests
{
    private static readonly DateOnly Last = new(2026, 10, 28);

    [Fact]
    public async Task A_window_is_judged_from_its_rows_and_nothing_is_written()
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO rag_metrics_history (date, total_queries, citation_rate, latency_p50_ms, latency_p95_ms, cost_per_answer, total_cost,
                average_relevance_score, slo_compliance)
            SELECT d, 10, 75.5, 1200, CASE WHEN d = '2026-10-28' THEN 9999 ELSE 2000 END, 2.5, 25, 0.8, '{"timeZone": "Asia/Tokyo"}'
            FROM generate_series('2026-10-01'::timestamp, '2026-10-28', '1 day') AS d
            """
        );
        var options = new SloOptions { To = Last, Objectives = SloObjectives.Read(["latencyP95=3000"]) };

        var report = await SloTest.RunAsync(database.Settings, options);

        Assert.False(report.Success);
        Assert.Equal((new(2026, 10, 22), Last, 70), (report.From, report.To, report.Queries));
        Assert.Equal(
            ["CitationRate Passed 75.5", "LatencyP50 Passed 1200", "LatencyP95 Failed 3142.71", "Cost Passed 2.5", "Relevance Passed 0.8"],
            report.Objectives.Select(item => FormattableString.Invariant($"{item.Name} {item.Status} {item.Value:0.##}"))
        );
        Assert.Equal((700m, 775m), (report.Cost.ToDate, report.Cost.Forecast));
        Assert.Empty(report.MissingDays);

        var before = await SloTest.RunAsync(database.Settings, options with { To = Last.AddDays(-1) });
        Assert.True(before.Success);
        Assert.Equal(28, report.Days.Count);
    }

    [Fact]
    public async Task No_data_is_unknown_and_its_days_are_missing()
    {
        await using var database = await Phase2Database.CreateAsync();
        var report = await SloTest.RunAsync(database.Settings, new());
        Assert.False(report.Success);
        Assert.All(report.Objectives, item => Assert.Equal((RunbookStatus.Unknown, null), (item.Status, item.Value)));
        Assert.Equal(RunbookStatus.Unknown, report.Cost.Status);
        Assert.Equal(7, report.MissingDays.Count);
    }

    [Theory]
    [InlineData("Phase2Unfit", 1, "DROP TABLE rag_metrics_history")]
    [InlineData("Phase2Unfit", 1, "ALTER TABLE rag_metrics_history DROP COLUMN total_cost")]
    [InlineData(
        "SloOtherZone",
        1,
        "INSERT INTO rag_metrics_history (date, slo_compliance) VALUES ('2026-10-28', '{\"timeZone\": \"UTC\"}')"
    )]
    [InlineData(
        "SloTwice",
        1,
        "DROP INDEX idx_rag_metrics_date_unique; INSERT INTO rag_metrics_history (date) VALUES ('2026-10-28'), ('2026-10-28')"
    )]
    [InlineData("TimeZoneUnknown", 2, "SELECT 1", "Mars/Base")]
    [InlineData("TimeZoneUnknown", 2, "SELECT 1", "UTC+9")]
    public async Task What_cannot_be_judged_is_an_error(
        string errorId,
        int exitCode,
        string sql,
        string zone = MetricsOptions.DefaultTimeZone
    )
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(sql);
        var options = new SloOptions { To = Last, TimeZone = zone };
        var error = await Assert.ThrowsAsync<MuedException>(() => SloTest.RunAsync(database.Settings, options));
        Assert.Equal((errorId, (ExitCode)exitCode), (error.ErrorId, error.ExitCode));
    }
}
