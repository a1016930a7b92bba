using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Mued.PsDb.Cli;

/// <summary>The kinds of options. What the value must be is said in its help name; what it is for, in Texts.resx under its name.</summary>
internal static class CliOption
{
    /// <summary>An option with a text.</summary>
    public static Option<string> Text(string name, string value, bool required = false) =>
        Checked<string>(new(name) { HelpName = value, Required = required });

    /// <summary>An option with a text that may be repeated.</summary>
    public static Option<string[]> Texts(string name, string value) => Checked<string[]>(new(name) { HelpName = value });

    /// <summary>An option that may be repeated, with a name and its value each time.</summary>
    public static Option<IReadOnlyDictionary<string, string>> Assignments(string name, string value) =>
        Checked<IReadOnlyDictionary<string, string>>(
            new(name) { HelpName = value, CustomParser = result => ReadAssignments(result, value) }
        );

    /// <summary>An option without a value.</summary>
    public static Option<bool> Flag(string name, params string[] aliases) => new(name, aliases) { Arity = ArgumentArity.Zero };

    /// <summary>An option with a duration.</summary>
    public static Option<TimeSpan?> Time(string name) => Checked<TimeSpan?>(new(name) { HelpName = "TIME", CustomParser = Duration.Parse });

    /// <summary>An option with a whole number from 1.</summary>
    public static Option<int?> Number(string name) => Checked<int?>(new(name) { HelpName = "NUMBER", CustomParser = PositiveNumber });

    /// <summary>An option with a number of bytes, as 64MB.</summary>
    public static Option<long?> Size(string name) => Checked<long?>(new(name) { HelpName = "SIZE", CustomParser = Bytes });

    /// <summary>An option with an amount from 0 up.</summary>
    public static Option<decimal?> Amount(string name) =>
        Checked<decimal?>(new(name) { HelpName = "AMOUNT", CustomParser = PositiveAmount });

    /// <summary>An option with a calendar day.</summary>
    public static Option<DateOnly?> Day(string name) => Checked<DateOnly?>(new(name) { HelpName = "DATE", CustomParser = CalendarDay });

    /// <summary>An option with one of the values of an enum, spelt with hyphens, as "azure-pipelines".</summary>
    public static Option<T?> Choice<T>(string name, string values)
        where T : struct, Enum =>
        Checked<T?>(
            new(name)
            {
                HelpName = values,
                CustomParser = result =>
                {
                    if (
                        values.Split('|').Contains(result.Tokens[0].Value)
                        && Enum.TryParse<T>(
                            result.Tokens[0].Value.Replace("-", "", StringComparison.Ordinal),
                            ignoreCase: true,
                            out var value
                        )
                    )
                        return value;
                    result.AddError(values);
                    return null;
                },
            }
        );

    private static Option<T> Checked<T>(Option<T> option)
    {
        option.Validators.Add(RejectForgottenValue);
        return option;
    }

    private static Dictionary<string, string>? ReadAssignments(ArgumentResult result, string form)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split('=', 2) is not [{ Length: > 0 } name, var value] || !values.TryAdd(name, value))
            {
                result.AddError(form);
                return null;
            }
        }

        return values;
    }

    // The parser would take the next option for the value of one whose value was forgotten, and a variable that is not set for a value.
    private static void RejectForgottenValue(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.StartsWith("--", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(token.Value)))
            result.AddError(result.Option.Name);
    }

    private static DateOnly? CalendarDay(ArgumentResult result)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        result.AddError("DATE");
        return null;
    }

    private static decimal? PositiveAmount(ArgumentResult result)
    {
        if (decimal.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return amount;
        result.AddError("AMOUNT");
        return null;
    }

    // The units of PostgreSQL's settings (manual, Parameter Names and Values), in whatever case.
    private static long? Bytes(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var digits = text.TrimEnd([.. "kKmMgGtTbB"]);
        var shift = text[digits.Length..].ToUpperInvariant() switch
        {
            "" or "B" => 0,
            "KB" => 10,
            "MB" => 20,
            "GB" => 30,
            "TB" => 40,
            _ => -1,
        };
        if (
            shift >= 0
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= long.MaxValue >> shift
        )
            return number << shift;
        result.AddError("SIZE");
        return null;
    }

    private static int? PositiveNumber(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, out var number) && number > 0)
            return number;
        result.AddError("NUMBER");
        return null;
    }
}
