using System.Globalization;

namespace Mued.PsDb.Foundation;

/// <summary>Durations, sizes and counts as a person reads them, in the invariant culture.</summary>
internal static class Figures
{
    public static string Duration(TimeSpan value) =>
        value switch
        {
            { TotalMilliseconds: < 1 } => Format($"{value.TotalMilliseconds:0.##} ms"),
            { TotalMilliseconds: < 999.5 } => Format($"{value.TotalMilliseconds:0} ms"),
            { TotalSeconds: < 59.995 } => Format($"{value.TotalSeconds:0.00} s"),
            { TotalHours: < 1 } => Format($"{(int)value.TotalMinutes} min {value.Seconds:00} s"),
            _ => Format($"{(int)value.TotalHours} h {value.Minutes:00} min"),
        };

    /// <summary>A time that was reckoned, with no more digits than a reckoning has.</summary>
    public static string Estimate(TimeSpan value) =>
        value switch
        {
            { TotalMilliseconds: < 999.5 } or { TotalSeconds: >= 59.995 } => Duration(value),
            { TotalSeconds: < 9.95 } => Format($"{value.TotalSeconds:0.0} s"),
            _ => Format($"{value.TotalSeconds:0} s"),
        };

    public static string Bytes(long value) =>
        value switch
        {
            < 10 * 1024 => Format($"{value} bytes"),
            < 10L * 1024 * 1024 => Format($"{value / 1024.0:0} kB"),
            < 10L * 1024 * 1024 * 1024 => Format($"{value / (1024.0 * 1024):0} MB"),
            _ => Format($"{value / (1024.0 * 1024 * 1024):0} GB"),
        };

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number together with what is counted; null where nobody has counted.</summary>
    public static string Count(long? value, string one, string? many = null) =>
        value is { } count ? TextFormat.Counted(count, one, many) : Texts.Get("NotCounted");

    /// <summary>The first names of a list, and how many more there are; null when it is empty.</summary>
    public static string? List(IReadOnlyList<string> names)
    {
        const int Shown = 5;
        return names.Count == 0 ? null
            : names.Count <= Shown + 1 ? string.Join(", ", names)
            : Texts.Get("ListAndMore", string.Join(", ", names.Take(Shown)), names.Count - Shown);
    }

    public static string Time(DateTimeOffset value) => value.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Format(FormattableString text) => FormattableString.Invariant(text);
}
