using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb compare-schema</c></summary>
internal sealed class CompareSchemaCommand()
    : CliCommand(
        "compare-schema",
        [
            Reference,
            Target,
            .. TargetOptions.Targets,
            Schemas,
            NoOwners,
            NoPrivileges,
            Roles,
            SharedOptions.Layout,
            SharedOptions.Variable,
            BaseFile,
            .. TargetOptions.Ways,
        ]
    )
{
    private static readonly Option<string> Reference = CliOption.Text("--reference", "URL|FILE|DIR", required: true);
    private static readonly Option<string[]> Target = CliOption.Texts("--target", "URL|FILE|DIR");
    private static readonly Option<string[]> Schemas = CliOption.Texts("--schema-name", "NAME");
    private static readonly Option<bool> NoOwners = CliOption.Flag("--no-owners");
    private static readonly Option<bool> NoPrivileges = CliOption.Flag("--no-privileges");
    private static readonly Option<IReadOnlyDictionary<string, string>> Roles = CliOption.Assignments("--role", "OLD=NEW");
    private static readonly Option<string> BaseFile = CliOption.Text("--base", "FILE");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var targets = (parsed.GetValue(Target) ?? [])
            .Select(target => SchemaSource.Parse(target, Environment.CurrentDirectory, Target.Name))
            .ToList();
        if (targets.Count == 0 || TargetOptions.Name(parsed))
            targets.AddRange((await TargetOptions.FindAsync(parsed, cancellationToken)).Select(SchemaSource.Of));
        context.NameReports([.. targets.Select(target => target.Database)]);
        var options = new SchemaCompareOptions
        {
            Reference = SchemaSource.Parse(parsed.GetValue(Reference)!, Environment.CurrentDirectory, Reference.Name),
            Targets = targets,
            Schemas = parsed.GetValue(Schemas) ?? [],
            Owners = !parsed.GetValue(NoOwners),
            Privileges = !parsed.GetValue(NoPrivileges),
            Roles = parsed.GetValue(Roles) ?? new Dictionary<string, string>(),
            Layout = parsed.GetValue(SharedOptions.Layout) ?? default,
            Variables = SharedOptions.Variables(parsed),
            BaseFile = parsed.GetValue(BaseFile),
            Way = TargetOptions.Way(parsed),
            Ended = (target, part) => context.TellEnded(target.Database, ReportDocument.From(part)),
        };
        return ReportDocument.From(await SchemaCompare.RunAsync(options, context.Progress, cancellationToken));
    }
}
