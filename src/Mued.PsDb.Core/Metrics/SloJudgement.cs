namespace Mued.PsDb.Metrics;

/// <summary>Holds the figures of days against the objectives. It knows nothing of a database.</summary>
/// <param name="options">The window and the objectives.</param>
/// <param name="last">The last day of the window.</param>
/// <param name="days">The rows, in order of their days, back to <see cref="SloOptions.DaysRead"/> before the last.</param>
internal sealed class SloJudgement(SloOptions options, DateOnly last, IReadOnlyList<DayFigures> days)
{
    // Fewer days say nothing of what is usual.
    private const int FewestBefore = 7;

    /// <summary>The first day of the window.</summary>
    public DateOnly First { get; } = last.AddDays(1 - options.Days);

    /// <summary>The days of the window that have no row.</summary>
    public IReadOnlyList<DateOnly> Missing() =>
        [.. Enumerable.Range(0, options.Days).Select(n => First.AddDays(n)).Except(days.Select(day => day.Day))];

    /// <summary>How many dialogues the window holds.</summary>
    public int Queries() => Between(First, last).Sum(day => day.Queries);

    /// <summary>Each objective with its value.</summary>
    public IReadOnlyList<SloResult> Objectives()
    {
        var goal = options.Objectives;
        return
        [
            Judge(nameof(goal.CitationRate), goal.CitationRate, atLeast: true, day => day.CitationRate),
            Judge(nameof(goal.LatencyP50), goal.LatencyP50, atLeast: false, day => day.LatencyP50Ms),
            Judge(nameof(goal.LatencyP95), goal.LatencyP95, atLeast: false, day => day.LatencyP95Ms),
            Judge(nameof(goal.Cost), goal.Cost, atLeast: false, day => day.CostPerAnswer),
            Judge(nameof(goal.Relevance), goal.Relevance, atLeast: true, day => day.Relevance),
        ];
    }

    /// <summary>The month of the last day.</summary>
    public CostOutlook Cost()
    {
        var month = new DateOnly(last.Year, last.Month, 1);

        // A day without dialogues has cost nothing.
        var known = Between(First, last).Where(day => day.TotalCost is not null || day.Queries == 0).ToList();
        if (known.TrueForAll(day => day.TotalCost is null))
            return new(RunbookStatus.Unknown, month) { Budget = options.MonthlyBudget };
        var toDate = Between(month, last).Sum(day => day.TotalCost ?? 0);
        var left = month.AddMonths(1).DayNumber - last.DayNumber - 1;
        var forecast = Math.Round(toDate + left * known.Average(day => day.TotalCost ?? 0), 2, MidpointRounding.AwayFromZero);
        return new(forecast > options.MonthlyBudget ? RunbookStatus.Failed : RunbookStatus.Passed, month)
        {
            ToDate = toDate,
            Forecast = forecast,
            Budget = options.MonthlyBudget,
        };
    }

    /// <summary>The days of the window that cost more than is usual.</summary>
    public IReadOnlyList<CostOutlier> Outliers() =>
        [
            .. from day in Between(First, last)
            let limit = Limit(day.Day)
            where day.TotalCost > limit
            select new CostOutlier(day.Day, day.TotalCost!.Value, limit!.Value),
        ];

    private SloResult Judge(string name, decimal target, bool atLeast, Func<DayFigures, decimal?> figure)
    {
        var value = Mean(First, last);
        var known = days.Where(day => figure(day) is not null).ToList();
        var budget = known.Count(day => day.Day > last.AddDays(-SloObjectives.BudgetDays) && !Meets(figure(day)));
        return new(name, StatusOf(value), target, atLeast)
        {
            Value = value,
            Previous = Mean(First.AddDays(-options.Days), First.AddDays(-1)),
            DaysMissed = known.AsEnumerable().Reverse().TakeWhile(day => !Meets(figure(day))).Count(),
            BudgetLeft = options.Objectives.AllowedMissedDays - budget,
        };

        bool Meets(decimal? reached) => atLeast ? reached >= target : reached <= target;

        RunbookStatus StatusOf(decimal? reached) =>
            reached is null || Queries() < options.MinimumQueries ? RunbookStatus.Unknown
            : Meets(reached) ? RunbookStatus.Passed
            : RunbookStatus.Failed;

        decimal? Mean(DateOnly from, DateOnly to)
        {
            var rows = Between(from, to).Where(day => figure(day) is not null && day.Queries > 0).ToList();
            return rows.Count == 0
                ? null
                : Math.Round(
                    rows.Sum(day => figure(day)!.Value * day.Queries) / rows.Sum(day => (decimal)day.Queries),
                    2,
                    MidpointRounding.AwayFromZero
                );
        }
    }

    private decimal? Limit(DateOnly day)
    {
        var before = Between(day.AddDays(-CostOutlook.DaysBefore), day.AddDays(-1)).Select(row => row.TotalCost).OfType<decimal>().ToList();
        if (before.Count < FewestBefore)
            return null;
        var median = Median(before);
        // Where most days cost the same the deviation is nothing, and each yen more would be out of line: a twentieth is not.
        return median + 5 * Math.Max(Median(before.Select(cost => Math.Abs(cost - median))), median / 20);
    }

    private static decimal Median(IEnumerable<decimal> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private IEnumerable<DayFigures> Between(DateOnly from, DateOnly to) => days.Where(day => day.Day >= from && day.Day <= to);
}
