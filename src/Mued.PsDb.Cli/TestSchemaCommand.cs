using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-schema</c></summary>
internal sealed class TestSchemaCommand()
    : FleetCommand(
        "test-schema",
        SharedOptions.Schema,
        SharedOptions.Path,
        SharedOptions.Phase2,
        SharedOptions.Layout,
        SharedOptions.Variable,
        ScratchDatabase,
        BaseFile,
        Roles,
        Strict,
        IncludeData
    )
{
    private static readonly Option<bool> ScratchDatabase = CliOption.Flag("--scratch-database");
    private static readonly Option<string> BaseFile = CliOption.Text("--base", "FILE");
    private static readonly Option<IReadOnlyDictionary<string, string>> Roles = CliOption.Assignments("--role", "OLD=NEW");
    private static readonly Option<bool> Strict = CliOption.Flag("--strict");
    private static readonly Option<bool> IncludeData = CliOption.Flag("--include-data");

    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
        var options = new SchemaTestOptions
        {
            SchemaFile = parsed.GetValue(SharedOptions.Schema),
            Variables = SharedOptions.Variables(parsed),
            ScratchDatabase = parsed.GetValue(ScratchDatabase),
            BaseFile = parsed.GetValue(BaseFile),
            Roles = parsed.GetValue(Roles) ?? new Dictionary<string, string>(),
            Strict = parsed.GetValue(Strict),
            IncludeData = parsed.GetValue(IncludeData),
        };
        var isNamed = parsed.GetValue(SharedOptions.Path) is not null || parsed.GetValue(SharedOptions.Phase2);
        if (options.SchemaFile is null || isNamed)
            options = options.Expecting(SharedOptions.Folder(parsed), isNamed, parsed.GetValue(SharedOptions.Layout));

        return new(async (settings, progress, token) => ReportDocument.From(await SchemaTest.RunAsync(settings, options, progress, token)));
    }
}
