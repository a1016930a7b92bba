using System.CommandLine.Parsing;
using System.Globalization;

namespace Mued.PsDb.Cli;

/// <summary>A time as a person types it: 500ms, 2s, 10min, 1h; a number alone is seconds.</summary>
internal static class Duration
{
    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        double? unit = text[digits.Length..] switch
        {
            "ms" => 0.001,
            "" or "s" => 1,
            "m" or "min" => 60,
            "h" => 3600,
            _ => null,
        };
        if (
            unit is { } seconds
            && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * seconds <= TimeSpan.FromDays(20).TotalSeconds
        )
            return TimeSpan.FromSeconds(number * seconds);
        result.AddError("TIME");
        return null;
    }
}
