using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mued.PsDb.Cli;

/// <summary>The kinds of options. What the value must be is said in its help name; what it is for, in Texts.resx under its name.</summary>
internal static class CliOption
{
    /// <summary>An option with a text.</summary>
    public static Option<string> Text(string name, string value, bool required = false) =>
        new(name) { HelpName = value, Required = required };

    /// <summary>An option with a text that may be repeated.</summary>
    public static Option<string[]> Texts(string name, string value) => new(name) { HelpName = value };

    /// <summary>An option without a value.</summary>
    public static Option<bool> Flag(string name) => new(name) { Arity = ArgumentArity.Zero };

    /// <summary>An option with a duration.</summary>
    public static Option<TimeSpan?> Time(string name) => new(name) { HelpName = "TIME", CustomParser = Duration.Parse };

    /// <summary>An option with a whole number from 1.</summary>
    public static Option<int?> Number(string name) => new(name) { HelpName = "NUMBER", CustomParser = PositiveNumber };

    /// <summary>An option with one of the values of an enum, spelt with hyphens, as "azure-pipelines".</summary>
    public static Option<T?> Choice<T>(string name, string values)
        where T : struct, Enum =>
        new(name)
        {
            HelpName = values,
            CustomParser = result =>
            {
                if (
                    values.Split('|').Contains(result.Tokens[0].Value)
                    && Enum.TryParse<T>(result.Tokens[0].Value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value)
                )
                    return value;
                result.AddError(values);
                return null;
            },
        };

    private static int? PositiveNumber(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, out var number) && number > 0)
            return number;
        result.AddError("NUMBER");
        return null;
    }
}
