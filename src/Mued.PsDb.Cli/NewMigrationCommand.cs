using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb new-migration</c>: no database is asked.</summary>
internal sealed class NewMigrationCommand : CliCommand
{
    private static readonly Argument<string> NewName = new("NAME");
    private static readonly Option<bool> Timestamp = CliOption.Flag("--timestamp");

    public NewMigrationCommand()
        : base("new-migration", SharedOptions.Path, SharedOptions.Layout, Timestamp) => Add(NewName);

    protected override Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.NameReports([null]);
        var parsed = context.Parsed;
        var folder = FolderChoice.ForNew(parsed.GetValue(SharedOptions.Path), SharedOptions.Project);
        var plan = NewMigration.Plan(
            new()
            {
                Path = folder.Path,
                PathReason = folder.Reason,
                Layout = folder.LayoutOf(parsed.GetValue(SharedOptions.Layout)),
                Name = parsed.GetRequiredValue(NewName),
                Timestamp = parsed.GetValue(Timestamp),
            }
        );
        NewMigration.Write(plan);
        return Task.FromResult<ReportDocument?>(ReportDocument.From(plan));
    }
}
