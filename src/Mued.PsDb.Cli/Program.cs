using System.CommandLine.Help;

namespace Mued.PsDb.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var parsed = CommandLine.Parse(arguments);

        // The parser forgives what it does not know beside --version, as it does beside --help, where a person asks what there is.
        if (parsed.Errors.Count > 0 || parsed is { Action: not HelpAction, UnmatchedTokens.Count: > 0 })
            return CommandOutput.OfUnreadable(arguments).Finish(UsageErrors.From(parsed));

        // The parser's own two seconds would end the process while the server is still being told to stop.
        using var interrupt = new Interrupt();
        try
        {
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                interrupt.Token
            );
        }
        catch (Exception e) when (Foundation.FileFailure.IsUnwritable(e))
        {
            // Help or version, which the parser writes.
            CommandOutput.Tell(Console.Error, e.Message + Environment.NewLine);
            return (int)ExitCode.ReportUnwritten;
        }
    }
}
