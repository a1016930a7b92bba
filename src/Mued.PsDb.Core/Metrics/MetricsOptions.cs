namespace Mued.PsDb;

/// <summary>Which days <see cref="MetricsUpdate"/> computes.</summary>
public sealed record MetricsOptions
{
    /// <summary>The time zone of the calendar days when nothing is said.</summary>
    public const string DefaultTimeZone = "Asia/Tokyo";

    /// <summary>The time zone of the calendar days, by its IANA name.</summary>
    public string TimeZone { get; init; } = DefaultTimeZone;

    /// <summary>The first day; null for yesterday, or with <see cref="Missing"/> for the day of the first dialogue.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day; null for yesterday.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Takes only the days that have dialogues and no row.</summary>
    public bool Missing { get; init; }

    /// <summary>The options of a command that takes one day, or the ends of a period.</summary>
    /// <exception cref="MuedException">The parts do not go together (exit code 2).</exception>
    internal static MetricsOptions Of(string? timeZone, DateOnly? day, DateOnly? from, DateOnly? to, bool missing)
    {
        if (day is not null && (from is not null || to is not null || missing))
            throw Foundation.Texts.Usage("PeriodTwice");
        return new()
        {
            TimeZone = timeZone ?? DefaultTimeZone,
            From = day ?? from,
            To = day ?? to,
            Missing = missing,
        };
    }
}
