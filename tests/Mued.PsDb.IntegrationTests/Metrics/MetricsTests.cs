using System.Globalization;
using Npgsql;

namespace Mued.PsDb.Tests.Metrics;

/// <summary>The figures of days: equal to a second computation, one row a day whatever happens, and nothing where they would be wrong.</summary>
public sealed class MetricsTests
{
    private static readonly DateOnly First = new(2018, 1, 1);

    [Fact]
    public async Task A_year_of_random_days_equals_a_second_computation_to_the_last_digit()
    {
        await using var database = await Phase2Database.CreateAsync();
        // Summer time by an hour, by half an hour, with a midnight that does not exist, and none.
        foreach (var zone in (string[])["America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", MetricsOptions.DefaultTimeZone])
        {
            await database.ExecuteAsync("TRUNCATE ai_dialogue_log, rag_metrics_history");
            var rows = Dialogue.Random(First, 365, day => Midnight(day, zone), zone.Length);
            await Dialogue.InsertAsync(database, rows);
            var options = new MetricsOptions
            {
                TimeZone = zone,
                From = First,
                To = First.AddDays(364),
            };

            var report = await MetricsUpdate.RunAsync(database.Settings, options);

            var expected = new List<string>();
            for (var (day, begins) = (First, Midnight(First, zone)); day <= options.To; day = day.AddDays(1))
            {
                var ends = Midnight(day.AddDays(1), zone);
                expected.Add(ExpectedDay.Line(day, zone, rows.FindAll(row => row.CreatedAt >= begins && row.CreatedAt < ends)));
                begins = ends;
            }

            Assert.Equal(expected, await database.ColumnAsync<string>(ExpectedDay.Sql));
            Assert.Equal(expected, report.Days.Select(day => Line(day, zone)));
            Assert.All(report.Days, day => Assert.Equal(MetricsStatus.Added, day.Status));
            Assert.All(
                (await MetricsUpdate.RunAsync(database.Settings, options)).Days,
                day => Assert.Equal(MetricsStatus.Unchanged, day.Status)
            );
        }
    }

    [Fact]
    public async Task Only_the_days_without_a_row_are_filled_and_only_where_there_are_dialogues()
    {
        await using var database = await Phase2Database.CreateAsync();
        Assert.Empty((await MetricsUpdate.RunAsync(database.Settings, new() { Missing = true })).Days);
        await Dialogue.InsertAsync(database, [At(First, 1), At(First.AddDays(3), 2), At(First.AddDays(9), 3)]);
        await MetricsUpdate.RunAsync(database.Settings, new() { From = First.AddDays(3), To = First.AddDays(4) });

        var report = await MetricsUpdate.RunAsync(database.Settings, new() { Missing = true });

        Assert.Equal([First, First.AddDays(9)], report.Days.Select(day => day.Day));
        Assert.Empty((await MetricsUpdate.RunAsync(database.Settings, new() { Missing = true })).Days);
        var yesterday = Assert.Single((await MetricsUpdate.RunAsync(database.Settings, new())).Days);
        Assert.Equal(await database.ScalarAsync<DateOnly>("SELECT (now() AT TIME ZONE 'Asia/Tokyo')::date - 1"), yesterday.Day);
    }

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("DROP INDEX idx_rag_metrics_date_unique")]
    public async Task Sixteen_at_once_leave_one_row_a_day_with_the_newest_figures(string sql)
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(sql);
        var options = new MetricsOptions { From = First, To = First.AddDays(29) };
        var latency = 0;

        // Each run comes after a row of its own: whoever is last has seen all of them.
        await Parallel.ForAsync(
            0,
            16,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, token) =>
            {
                await Dialogue.InsertAsync(database, [At(First, Interlocked.Increment(ref latency))]);
                await MetricsUpdate.RunAsync(database.Settings, options, token);
            }
        );

        Assert.Equal(30L, await database.ScalarAsync<long>("SELECT count(*) FROM rag_metrics_history"));
        Assert.Equal(
            16,
            await database.ScalarAsync<int>($"SELECT total_queries FROM rag_metrics_history WHERE date(date) = '{First:yyyy-MM-dd}'")
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_is_killed_leaves_none_or_the_whole(bool server)
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync($"INSERT INTO rag_metrics_history (date) VALUES ('{First:yyyy-MM-dd}')");
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT FROM rag_metrics_history FOR UPDATE", holder, transaction))
            await hold.ExecuteNonQueryAsync();
        var process = CliProcess.Start(null, null, "update-metrics", "--url", database.Url, "--from", "2018-01-01", "--to", "2018-12-31");
        const string waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        await Eventually.TrueAsync(() => database.ScalarAsync<bool>($"SELECT EXISTS (SELECT {waiting})"));

        if (server)
            await database.ExecuteAsync($"SELECT pg_terminate_backend(pid) {waiting}");
        else
            process.Kill();
        await CliProcess.WaitAsync(process);
        await transaction.RollbackAsync();

        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>(
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'Mued.PsDb%'"
            )
        );
        Assert.Contains(await database.ScalarAsync<long>("SELECT count(*) FROM rag_metrics_history"), server ? [1L] : (long[])[1, 365]);
    }

    [Theory]
    [InlineData("Phase2Unfit", 1, "DROP TABLE rag_metrics_history")]
    [InlineData("Phase2Unfit", 1, "ALTER TABLE ai_dialogue_log DROP COLUMN token_cost_jpy")]
    [InlineData("Phase2Unfit", 1, "ALTER TABLE ai_dialogue_log ALTER latency_ms TYPE text")]
    [InlineData(
        "Phase2ReadOnly",
        1,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$"
    )]
    [InlineData(
        "MetricsTwice",
        1,
        "DROP INDEX idx_rag_metrics_date_unique; INSERT INTO rag_metrics_history (date) VALUES ('2018-01-01 00:00'), ('2018-01-01 09:00')"
    )]
    [InlineData(
        "MetricsOtherZone",
        1,
        "INSERT INTO rag_metrics_history (date, slo_compliance) VALUES ('2018-01-01', '{\"timeZone\": \"UTC\"}')"
    )]
    [InlineData("MetricsTooLarge", 1, "UPDATE ai_dialogue_log SET token_cost_jpy = 999999.99")]
    [InlineData("MetricsTooLarge", 1, "UPDATE ai_dialogue_log SET token_cost_jpy = 'NaN'")]
    [InlineData("MetricsFuture", 2, "SELECT 1", "--from", "2018-01-01", "--to", "2999-01-01")]
    [InlineData("TimeZoneUnknown", 2, "SELECT 1", "--time-zone", "Mars/Base")]
    [InlineData("TimeZoneUnknown", 2, "SELECT 1", "--time-zone", "UTC+9")]
    [InlineData("PeriodReversed", 2, "SELECT 1", "--from", "2018-01-02", "--to", "2018-01-01")]
    [InlineData("PeriodReversed", 2, "SELECT 1", "--from", "2999-01-02")]
    [InlineData("PeriodTwice", 2, "SELECT 1", "--date", "2018-01-02", "--missing")]
    public async Task What_would_be_wrong_is_told_and_nothing_is_written(
        string errorId,
        int exitCode,
        string sql,
        params string[] arguments
    )
    {
        await using var database = await Phase2Database.CreateAsync();
        await Dialogue.InsertAsync(database, [At(First, 1)]);
        await database.ExecuteAsync(sql);
        var before = await RowsAsync();

        var result = await CliProcess.RunAsync([
            "update-metrics",
            "--url",
            database.Url,
            "--output",
            "json",
            .. arguments is [] ? ["--date", "2018-01-01"] : arguments,
        ]);

        Assert.Equal((errorId, exitCode), (Cli.CliReport.ErrorOf(result).GetProperty("errorId").GetString(), result.ExitCode));
        Assert.Equal(before, await RowsAsync());

        Task<string> RowsAsync() =>
            database.ScalarAsync<string>(
                "SELECT coalesce(query_to_xml('SELECT * FROM rag_metrics_history', true, true, '')::text, '') WHERE to_regclass('rag_metrics_history') IS NOT NULL UNION ALL SELECT '' LIMIT 1"
            );
    }

    [Fact]
    public async Task A_role_without_rights_is_told_what_to_grant()
    {
        await using var database = await Phase2Database.CreateAsync();
        var role = database.Name + "_reader";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'pw'");
        try
        {
            var url = database.Url.With(user: role, password: "pw");
            var settings = TestConnection.SettingsFor(url);
            var error = await Assert.ThrowsAsync<MuedException>(() => MetricsUpdate.RunAsync(settings, new()));
            Assert.Equal(("Phase2Forbidden", ExitCode.CheckFailed), (error.ErrorId, error.ExitCode));

            await database.ExecuteAsync(error.Advice[error.Advice.IndexOf("GRANT", StringComparison.Ordinal)..]);
            Assert.Single((await MetricsUpdate.RunAsync(settings, new())).Days);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    // Noon in Tokyo.
    private static Dialogue At(DateOnly day, int latency) => new(day.ToDateTime(new(3, 0)), 1, null, latency, 1, null, null, null);

    // The first moment at which clocks show the day, or the one after the gap where they skip its midnight; as UTC.
    private static DateTime Midnight(DateOnly day, string zone)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var moment = midnight.AddHours(-16);
        while (TimeZoneInfo.ConvertTimeFromUtc(moment, info) < midnight)
            moment = moment.AddMinutes(15);
        return moment;
    }

    private static string Line(MetricsDay day, string zone) =>
        string.Join(
            '|',
            (
                (object?[])
                    [
                        day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        day.CitationRate,
                        day.CitationCount,
                        day.UniqueSources,
                        day.LatencyP50Ms,
                        day.LatencyP95Ms,
                        day.LatencyP99Ms,
                        day.CostPerAnswer,
                        day.TotalCost,
                        day.Queries,
                        day.Users,
                        day.TokensPerQuery,
                        day.Relevance,
                        day.PositiveVotes,
                        zone,
                        day.CitationRateMet,
                        day.LatencyMet,
                        day.CostMet,
                        day.RelevanceMet,
                        day.OverallMet,
                    ]
            ).Select(value =>
                value switch
                {
                    null => "~",
                    bool met => met ? "true" : "false",
                    _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
                }
            )
        );
}
