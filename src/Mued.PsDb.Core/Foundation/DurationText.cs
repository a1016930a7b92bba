using System.Globalization;

namespace Mued.PsDb.Foundation;

/// <summary>A time as a person writes it: 500ms, 2s, 10min, 1h; a number alone is seconds.</summary>
internal static class DurationText
{
    /// <summary>Reads it.</summary>
    /// <returns>Null where the text is none, or longer than 20 days.</returns>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        double? unit = text[digits.Length..] switch
        {
            "ms" => 0.001,
            "" or "s" => 1,
            "m" or "min" => 60,
            "h" => 3600,
            _ => null,
        };
        return
            unit is { } seconds
            && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * seconds <= TimeSpan.FromDays(20).TotalSeconds
            ? TimeSpan.FromSeconds(number * seconds)
            : null;
    }
}
