using System.Globalization;
using System.Numerics;

namespace Mued.PsDb.Files;

/// <summary>The version of a new migration, written like the newest one of its folder.</summary>
internal static class NextVersion
{
    private static readonly (string Format, TimeSpan Step)[] Times =
    [
        ("yyyyMMddHHmmss", TimeSpan.FromSeconds(1)),
        ("yyyyMMddHHmmssfff", TimeSpan.FromMilliseconds(1)),
        ("yyyyMMddHHmm", TimeSpan.FromMinutes(1)),
        ("yyyyMMddHH", TimeSpan.FromHours(1)),
        ("yyyyMMdd", TimeSpan.FromDays(1)),
        ("yyyyMMdd_HHmmss", TimeSpan.FromSeconds(1)),
        ("yyyyMMdd-HHmmss", TimeSpan.FromSeconds(1)),
        ("yyyy-MM-dd-HHmmss", TimeSpan.FromSeconds(1)),
        ("yyyy-MM-dd_HHmmss", TimeSpan.FromSeconds(1)),
        ("yyyy_MM_dd_HHmmss", TimeSpan.FromSeconds(1)),
        ("yyyy-MM-dd", TimeSpan.FromDays(1)),
        ("yyyy_MM_dd", TimeSpan.FromDays(1)),
    ];

    /// <summary>
    /// The next number, as wide as the newest; the time where the newest is one, or it is asked for, or the convention knows no numbers. It
    /// is later than the newest whatever the clock says.
    /// </summary>
    public static string After(MigrationVersion? newest, ILayout layout, bool timestamp, DateTimeOffset now)
    {
        if (newest is not { } last)
            return timestamp || layout.FirstNumber is null ? layout.Time(now) : layout.FirstNumber;
        return last.IsTime ? Later(last.Text, layout, now)
            : MomentOf(last.Text) is { } moment ? Count(last.Text.Length, now > moment ? now : moment.AddSeconds(1))
            : timestamp ? layout.Time(now)
            : Increment(last.Text);
    }

    private static string Later(string last, ILayout layout, DateTimeOffset now)
    {
        foreach (var (format, step) in Times)
        {
            if (!DateTimeOffset.TryParseExact(last, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                continue;
            var text = Write(now);
            return string.CompareOrdinal(text, last) > 0 ? text : Write(time + step);

            string Write(DateTimeOffset value) => value.ToString(format, CultureInfo.InvariantCulture);
        }

        return layout.Time(now);
    }

    // Seconds or milliseconds since 1970, which node-pg-migrate counts.
    private static DateTimeOffset? MomentOf(string text) =>
        text is ['1', ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? text.Length switch
            {
                10 => DateTimeOffset.FromUnixTimeSeconds(count),
                13 => DateTimeOffset.FromUnixTimeMilliseconds(count),
                _ => null,
            }
            : null;

    private static string Count(int width, DateTimeOffset time) =>
        (width == 10 ? time.ToUnixTimeSeconds() : time.ToUnixTimeMilliseconds()).ToString(CultureInfo.InvariantCulture);

    private static string Increment(string text)
    {
        var begin = text.LastIndexOf('.') + 1;
        var number = BigInteger.Parse(text.AsSpan(begin), NumberStyles.None, CultureInfo.InvariantCulture) + 1;
        return text[..begin] + number.ToString(CultureInfo.InvariantCulture).PadLeft(text.Length - begin, '0');
    }
}
