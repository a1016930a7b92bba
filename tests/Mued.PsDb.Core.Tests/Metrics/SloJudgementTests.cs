using Mued.PsDb.Metrics;

namespace Mued.PsDb.Tests.Metrics;

public class SloJudgementTests
{
    private static readonly DateOnly Last = new(2026, 10, 28);

    [Fact]
    public void A_value_is_weighted_with_the_dialogues_and_held_against_its_own_direction()
    {
        var judgement = new SloJudgement(
            new() { Days = 2 },
            Last,
            [
                Day(-3, 10) with
                {
                    LatencyP95Ms = 2000,
                },
                Day(-1, 1) with
                {
                    CitationRate = 0,
                    LatencyP95Ms = 9000,
                },
                Day(0, 9) with
                {
                    CitationRate = 80,
                },
            ]
        );
        var results = judgement.Objectives().ToDictionary(item => item.Name);

        Assert.Equal((72m, RunbookStatus.Passed), (results["CitationRate"].Value, results["CitationRate"].Status));
        var latency = results["LatencyP95"];
        Assert.Equal((9000m, 2000m, 7000m, RunbookStatus.Failed), (latency.Value, latency.Previous, latency.Trend, latency.Status));
        Assert.Equal((null, RunbookStatus.Unknown), (results["Cost"].Value, results["Cost"].Status));
    }

    [Theory]
    [InlineData("", 0, 3)] // No figure at all: nothing is missed.
    [InlineData("ok", 0, 3)]
    [InlineData("ok bad ok", 0, 2)]
    [InlineData("bad ok bad bad", 2, 0)]
    [InlineData("bad - bad", 2, 1)] // A day without a figure neither counts nor ends the row.
    [InlineData("bad bad bad bad", 4, -1)]
    public void Days_in_a_row_and_the_budget_count_the_days_that_missed(string days, int inARow, int left)
    {
        var words = days.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var rows = words.Select(
            (word, i) =>
                Day(i + 1 - words.Length, 5) with
                {
                    Relevance = word switch
                    {
                        "ok" => 0.7m,
                        "bad" => 0.69m,
                        _ => null,
                    },
                }
        );
        var result = new SloJudgement(new(), Last, [.. rows]).Objectives().Single(item => item.Name == "Relevance");
        Assert.Equal((inARow, (decimal)left), (result.DaysMissed, result.BudgetLeft));
    }

    [Fact]
    public void A_miss_leaves_the_budget_after_thirty_days()
    {
        DayFigures[] rows = [Day(-30, 1) with { CostPerAnswer = 9 }, Day(-29, 1) with { CostPerAnswer = 9 }];
        Assert.Equal(2, new SloJudgement(new(), Last, rows).Objectives().Single(item => item.Name == "Cost").BudgetLeft);
    }

    [Fact]
    public void Days_without_a_row_are_missing_and_too_few_dialogues_are_unknown()
    {
        var judgement = new SloJudgement(
            new() { Days = 3, MinimumQueries = 11 },
            Last,
            [Day(-2, 5) with { Relevance = 1 }, Day(0, 5) with { Relevance = 1 }]
        );
        Assert.Equal([Last.AddDays(-1)], judgement.Missing());
        Assert.All(judgement.Objectives(), item => Assert.Equal(RunbookStatus.Unknown, item.Status));
    }

    [Theory]
    [InlineData(null, RunbookStatus.Passed)]
    [InlineData(710, RunbookStatus.Passed)]
    [InlineData(709, RunbookStatus.Failed)]
    public void A_month_is_forecast_by_the_days_that_are_left(int? budget, RunbookStatus expected)
    {
        // 27 days of October at 10 and one at 290, before them one of September at 1000; the window's mean is 50, and 3 days are left.
        var rows = Enumerable
            .Range(-27, 28)
            .Select(n => Day(n, 1) with { TotalCost = n == 0 ? 290 : 10 })
            .Prepend(Day(-28, 1) with { TotalCost = 1000 });
        var cost = new SloJudgement(new() { MonthlyBudget = budget }, Last, [.. rows]).Cost();
        Assert.Equal((expected, new DateOnly(2026, 10, 1), 560m), (cost.Status, cost.Month, cost.ToDate));
        Assert.Equal(560m + (3 * 50), cost.Forecast);
    }

    [Fact]
    public void A_day_without_dialogues_has_cost_nothing()
    {
        var quiet = Day(-1, 0);
        var cost = new SloJudgement(new() { Days = 2 }, Last, [quiet, Day(0, 1) with { TotalCost = 30 }]).Cost();
        Assert.Equal((30m, 30m + 3 * 15), (cost.ToDate, cost.Forecast));
        Assert.Equal(RunbookStatus.Unknown, new SloJudgement(new() { Days = 1, To = quiet.Day }, quiet.Day, [quiet]).Cost().Status);
    }

    [Fact]
    public void A_day_beyond_five_deviations_of_the_days_before_is_an_outlier()
    {
        // Median 10, median absolute deviation 1: the limit is 15.
        var rows = Enumerable.Range(-28, 28).Select(n => Day(n, 1) with { TotalCost = n % 2 == 0 ? 9 : 11 }).ToList();
        Assert.Empty(new SloJudgement(new(), Last, [.. rows, Day(0, 1) with { TotalCost = 15 }]).Outliers());
        var outlier = Assert.Single(new SloJudgement(new(), Last, [.. rows, Day(0, 1) with { TotalCost = 15.01m }]).Outliers());
        Assert.Equal(new(Last, 15.01m, 15), outlier);
        Assert.Empty(new SloJudgement(new(), Last, [.. rows.TakeLast(6), Day(0, 1) with { TotalCost = 99 }]).Outliers());
    }

    [Theory]
    [InlineData("citationRate=80", null)]
    [InlineData("CITATIONRATE=80", null)]
    [InlineData("rate=80", "ObjectiveUnknown")]
    [InlineData("cost=-1", "NotANumber")]
    [InlineData("cost=1,5", "NotANumber")]
    [InlineData("cost=", "NotANumber")]
    [InlineData("no-such-file.json", "NumbersFile")]
    public void Objectives_are_read_by_name_and_refused_by_id(string given, string? error)
    {
        if (error is null)
            Assert.Equal(SloObjectives.Default with { CitationRate = 80 }, SloObjectives.Read([given]));
        else
            Assert.Equal(
                (error, ExitCode.Usage),
                Assert.Throws<MuedException>(() => SloObjectives.Read([given])) is { } e ? (e.ErrorId, e.ExitCode) : default
            );
    }

    private static DayFigures Day(int offset, int queries) => new(Last.AddDays(offset)) { Queries = queries };
}
