using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mued.PsDb.Cli;

/// <summary>
/// Turns the first parse error into one of our own. The parser's texts repeat what was typed, and what was typed may be a password
/// in the wrong place: ours name options and commands only.
/// </summary>
internal static class UsageErrors
{
    public static ReportDocument From(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return ReportDocument.From(command is RootCommand ? "" : command.Name, Describe(parsed, command));
    }

    private static MuedError Describe(ParseResult parsed, Command command)
    {
        if (parsed.UnmatchedTokens.FirstOrDefault(LooksLikeOption) is { } unknown)
            return UnknownOption(command, unknown.Split('=', ':')[0]);
        // What was written wrong comes before what was left out.
        var wrong = parsed
            .Errors.Select(error => OptionOf(error.SymbolResult))
            .OfType<OptionResult>()
            .OrderBy(option => option.IdentifierToken is null)
            .FirstOrDefault();
        if (wrong is not null)
            return WrongValue(wrong, command);
        if (command is not RootCommand)
            return new(
                "UnexpectedArgument",
                "There is an argument that belongs to no option.",
                $"Give the connection with --url and the folder with --path. {Help(command)}",
                ExitCode.Usage
            );
        return parsed.UnmatchedTokens.Count > 0 ? UnknownCommand(command, parsed.UnmatchedTokens[0]) : NoCommand(command);
    }

    private static MuedError UnknownOption(Command command, string name)
    {
        var known = command
            .Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
            .Select(option => option.Name);
        return new(
            "UnknownOption",
            $"'{name}' is no option of mued-psdb{(command is RootCommand ? "" : " " + command.Name)}.",
            Suggestion.For(name, known) is { } meant ? $"Did you mean '{meant}'? {Help(command)}" : Help(command),
            ExitCode.Usage,
            TargetName: name
        );
    }

    private static MuedError UnknownCommand(Command root, string name)
    {
        var known = root.Subcommands.Select(command => command.Name);
        if (name.Length > 30 || !name.All(c => char.IsAsciiLetter(c) || c == '-'))
            return new(
                "UnknownCommand",
                "The first argument is no command.",
                $"The commands are {string.Join(", ", known)}. {Help(root)}",
                ExitCode.Usage
            );
        return new(
            "UnknownCommand",
            $"'{name}' is no command of mued-psdb.",
            Suggestion.For(name, known) is { } meant
                ? $"Did you mean '{meant}'? {Help(root)}"
                : $"The commands are {string.Join(", ", known)}. {Help(root)}",
            ExitCode.Usage,
            TargetName: name
        );
    }

    private static MuedError NoCommand(Command root) =>
        new(
            "NoCommand",
            "A command is missing.",
            $"The commands are {string.Join(", ", root.Subcommands.Select(command => command.Name))}. {Help(root)}",
            ExitCode.Usage
        );

    private static MuedError WrongValue(OptionResult result, Command command)
    {
        var option = result.Option;
        var write = $"Write {option.Name} {option.HelpName}. {Help(command)}";
        return result switch
        {
            { IdentifierToken: null } => new("MissingOption", $"{option.Name} is missing.", write, ExitCode.Usage, TargetName: option.Name),
            _ when result.Tokens.Count == 0 || result.Tokens.Any(token => token.Value is ['-', '-', ..]) => new(
                "MissingValue",
                $"{option.Name} needs a value.",
                write,
                ExitCode.Usage,
                TargetName: option.Name
            ),
            _ when result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)) => new(
                "EmptyValue",
                $"{option.Name} was given an empty value.",
                $"Was a variable passed that is not set? Give it a value, or leave {option.Name} out.",
                ExitCode.Usage,
                TargetName: option.Name
            ),
            { Tokens.Count: > 1 } => new(
                "RepeatedOption",
                $"{option.Name} was given more than once.",
                $"Give {option.Name} once.",
                ExitCode.Usage,
                TargetName: option.Name
            ),
            _ => new(
                "WrongValue",
                $"{option.Name} does not take this value.",
                $"It takes {Expected(option)}.",
                ExitCode.Usage,
                TargetName: option.Name
            ),
        };
    }

    private static string Expected(Option option) =>
        option.HelpName switch
        {
            "TIME" => "a time such as 500ms, 2s or 10min",
            "NUMBER" => "a whole number from 1",
            var values => values!.Replace("|", " or ", StringComparison.Ordinal),
        };

    private static OptionResult? OptionOf(SymbolResult? result) => result as OptionResult ?? result?.Parent as OptionResult;

    private static bool LooksLikeOption(string token)
    {
        var name = token.Split('=', ':')[0];
        return name is ['-', .. { Length: > 0 and <= 40 }] && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
    }

    private static string Help(Command command) =>
        command is RootCommand ? "See mued-psdb --help." : $"See mued-psdb {command.Name} --help.";
}
