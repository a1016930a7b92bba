using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What <see cref="SloTest"/> holds against the objectives.</summary>
public sealed record SloOptions
{
    /// <summary>The most days of a window.</summary>
    public const int MostDays = 366;

    /// <summary>The time zone of the calendar days, by its IANA name.</summary>
    public string TimeZone { get; init; } = MetricsOptions.DefaultTimeZone;

    /// <summary>The length of the window, in days.</summary>
    public int Days { get; init; } = 7;

    /// <summary>The last day of the window; null for yesterday.</summary>
    public DateOnly? To { get; init; }

    /// <summary>How many dialogues a window needs before it is judged.</summary>
    public int MinimumQueries { get; init; } = 1;

    /// <summary>The objectives.</summary>
    public SloObjectives Objectives { get; init; } = SloObjectives.Default;

    /// <summary>What a month may cost, in JPY; null for no limit.</summary>
    public decimal? MonthlyBudget { get; init; }

    /// <summary>How many days before its end the judgement looks at: the window before, the error budget, the month, the days before each outlier.</summary>
    internal int DaysRead => Math.Max(Math.Max(2 * Days, SloObjectives.BudgetDays), Days + CostOutlook.DaysBefore) + 1;

    /// <exception cref="MuedException">A number is out of its range (exit code 2).</exception>
    internal void Check()
    {
        Metrics.CalendarDays.CheckTimeZone(TimeZone);
        if (Days is < 1 or > MostDays)
            throw Texts.Usage("SloDaysRange", Days, MostDays);
    }
}
