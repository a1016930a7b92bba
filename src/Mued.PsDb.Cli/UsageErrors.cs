using System.CommandLine;
using System.CommandLine.Parsing;
using Mued.PsDb.Connections;

namespace Mued.PsDb.Cli;

/// <summary>
/// Turns the first parse error into one of our own. The parser's texts repeat what was typed, and what was typed may be a password
/// in the wrong place: ours name options and commands only.
/// </summary>
internal static class UsageErrors
{
    private const int LongestCommand = 30;
    private const int LongestOption = 40;

    public static ReportDocument From(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return ReportDocument.From(command is RootCommand ? "" : command.Name, Describe(parsed, command));
    }

    private static MuedError Describe(ParseResult parsed, Command command)
    {
        if (parsed.UnmatchedTokens.FirstOrDefault(LooksLikeOption) is { } unknown)
            return UnknownOption(command, NameOf(unknown));
        // What was written wrong comes before what was left out.
        var wrong = parsed
            .Errors.Select(error => OptionOf(error.SymbolResult))
            .OfType<OptionResult>()
            .OrderBy(option => option.IdentifierToken is null)
            .FirstOrDefault();
        if (wrong is not null)
            return WrongValue(wrong, wrong.Option is VersionOption ? parsed.RootCommandResult.Command : command);
        if (parsed.UnmatchedTokens.Count == 0 && command.Arguments.FirstOrDefault() is { } argument)
            return Texts.Error("MissingArgument", ExitCode.Usage, argument.Name, FullName(command)) with { TargetName = argument.Name };
        if (command is not RootCommand)
            return Texts.Error("UnexpectedArgument", ExitCode.Usage, null, FullName(command));
        return parsed.UnmatchedTokens.Count > 0 ? UnknownCommand(command, parsed.UnmatchedTokens[0]) : Lacking("NoCommand", command);
    }

    private static MuedError UnknownOption(Command command, string name)
    {
        var known = command
            .Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
            .Select(option => option.Name.TrimStart('-'));
        var help = Texts.Get("SeeHelp", FullName(command));
        var advice = Spelling.Nearest(name.TrimStart('-'), known) is { } meant ? Texts.Get("DidYouMean", "--" + meant, help) : help;
        return new("UnknownOption", Texts.Get("UnknownOption", name, FullName(command)), advice, ExitCode.Usage, TargetName: name);
    }

    private static MuedError UnknownCommand(Command root, string name)
    {
        if (name.Length > LongestCommand || !name.All(c => char.IsAsciiLetter(c) || c == '-'))
            return Lacking("UnreadableCommand", root) with { ErrorId = "UnknownCommand" };
        var error = Lacking("UnknownCommand", root, name) with { TargetName = name };
        return Spelling.Nearest(name, root.Subcommands.Select(command => command.Name)) is { } meant
            ? error with
            {
                Advice = Texts.Get("DidYouMean", meant, Texts.Get("SeeHelp", FullName(root))),
            }
            : error;
    }

    private static MuedError Lacking(string errorId, Command root, string? typed = null)
    {
        var commands = string.Join(", ", root.Subcommands.Select(command => command.Name));
        var advice = Texts.Get("TheCommands", commands, Texts.Get("SeeHelp", FullName(root)));
        return new(errorId, Texts.Get(errorId, typed, FullName(root)), advice, ExitCode.Usage);
    }

    private static MuedError WrongValue(OptionResult result, Command command)
    {
        var option = result.Option;
        var (errorId, value) = result switch
        {
            { IdentifierToken: null } => ("MissingOption", option.HelpName),
            _ when option.HelpName is null => ("CombinedOption", null),
            _ when result.Tokens.Count < result.IdentifierTokenCount && option.Arity.MaximumNumberOfValues > 1 => (
                "MissingValue",
                option.HelpName
            ),
            _ when result.Tokens.Count == 0 || result.Tokens.Any(token => token.Value is ['-', '-', ..]) => (
                "MissingValue",
                option.HelpName
            ),
            _ when result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)) => ("EmptyValue", null),
            { Tokens.Count: > 1 } => ("RepeatedOption", null),
            _ => ("WrongValue", Expected(option.HelpName!)),
        };
        return Texts.Error(errorId, ExitCode.Usage, option.Name, FullName(command), value) with { TargetName = option.Name };
    }

    private static string Expected(string helpName) =>
        Texts.Find(helpName) ?? helpName.Replace("|", Texts.Get("ValueOr"), StringComparison.Ordinal);

    private static OptionResult? OptionOf(SymbolResult? result) => result as OptionResult ?? result?.Parent as OptionResult;

    private static bool LooksLikeOption(string token)
    {
        var name = NameOf(token);
        return name is ['-', .. { Length: > 0 and <= LongestOption }] && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
    }

    private static string NameOf(string token) => token.Split('=', ':')[0];

    private static string FullName(Command command) => command is RootCommand ? "mued-psdb" : "mued-psdb " + command.Name;
}
