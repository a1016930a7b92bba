using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary>A command that works on one database or on many. On one it is as if there were no fleet.</summary>
internal abstract class FleetCommand(string name, params IEnumerable<Option> options)
    : CliCommand(name, [.. TargetOptions.Targets, .. options, .. TargetOptions.Ways])
{
    /// <summary>What the command does on each database, the files that they share being read.</summary>
    protected abstract TargetWork Prepare(CommandContext context);

    /// <summary>Whether databases are asked, and not the files alone.</summary>
    protected virtual bool AsksDatabases(ParseResult parsed) => true;

    /// <summary>What the command does where none is asked.</summary>
    protected virtual Task<ReportDocument> RunWithoutAsync(CommandContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected sealed override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        if (!AsksDatabases(parsed))
        {
            context.NameReports([null]);
            return await RunWithoutAsync(context, cancellationToken);
        }

        // What is wrong with the other options is told before any database is looked for.
        var work = Prepare(context);
        var many = TargetOptions.MeanMany(parsed);
        var targets = await TargetOptions.FindAsync(parsed, cancellationToken);
        context.NameReports(targets);
        if (!many)
            return await OneAsync(context, work, targets[0], cancellationToken);
        var run = new FleetRun(Name, work, TargetOptions.Way(parsed))
        {
            Shard = TargetOptions.ShardOf(parsed),
            Progress = context.Progress,
            Ended = context.TellEnded,
        };
        return await run.RunAsync(targets, cancellationToken);
    }

    private static async Task<ReportDocument?> OneAsync(
        CommandContext context,
        TargetWork work,
        ConnectionSettings target,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await work.RunAsync(target, context.Progress, cancellationToken);
        }
        catch (MuedException e)
        {
            throw MuedError.From(e).About(target.Target).ToException();
        }
    }
}
