using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary>A command that works on one database or on many. On one it is as if there were no fleet.</summary>
internal abstract class FleetCommand(string name, params IEnumerable<Option> options)
    : CliCommand(name, [.. TargetOptions.Targets, .. options, .. TargetOptions.Ways])
{
    /// <summary>What the command does on each database, the files that they share being read.</summary>
    protected abstract TargetWork Prepare(CommandContext context);

    /// <summary>What the command gives where no database is to be asked; null where one is.</summary>
    protected virtual ReportDocument? WithoutDatabase(ParseResult parsed) => null;

    protected sealed override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        if (WithoutDatabase(parsed) is { } document)
            return document;
        var many = TargetOptions.MeanMany(parsed);
        var search = TargetOptions.Search(parsed);
        var targets = TargetOptions.Connections(parsed);
        if (many)
            targets = await search.FindAsync(targets, TargetOptions.Resolve, cancellationToken);
        context.NameReports(targets);
        if (!many)
            return await Prepare(context).RunAsync(targets[0], context.Progress, cancellationToken);
        var run = new FleetRun(Name, Prepare(context), TargetOptions.Way(parsed))
        {
            Shard = search.Shard,
            Progress = context.Progress,
            Ended = context.TellEnded,
        };
        return await run.RunAsync(targets, cancellationToken);
    }
}
