using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary>One command: its options and what it does. What the help says of both is in Texts.resx under their names.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, params IEnumerable<Option> options)
        : base(name)
    {
        foreach (var option in options)
            Add(option);

        SetAction((parsed, cancellationToken) => new CommandContext(parsed).RunAsync(RunAsync, cancellationToken));
    }

    /// <summary>Does the work and gives its report, or null when it has written standard output itself.</summary>
    protected abstract Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken);
}
