using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-schema</c></summary>
internal sealed class TestSchemaCommand()
    : FleetCommand(
        "test-schema",
        SharedOptions.Schema,
        Path,
        SharedOptions.Layout,
        SharedOptions.Variable,
        ScratchDatabase,
        BaseFile,
        Roles,
        Strict,
        IncludeData
    )
{
    private static readonly Option<string> Path = CliOption.Text("--path", "DIR");
    private static readonly Option<bool> ScratchDatabase = CliOption.Flag("--scratch-database");
    private static readonly Option<string> BaseFile = CliOption.Text("--base", "FILE");
    private static readonly Option<IReadOnlyDictionary<string, string>> Roles = CliOption.Assignments("--role", "OLD=NEW");
    private static readonly Option<bool> Strict = CliOption.Flag("--strict");
    private static readonly Option<bool> IncludeData = CliOption.Flag("--include-data");

    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
        var shared = SharedOptions.Migrations(parsed);
        var options = new SchemaTestOptions
        {
            SchemaFile = parsed.GetValue(SharedOptions.Schema),
            Path = parsed.GetValue(Path),
            Layout = shared.Layout,
            Variables = shared.Variables,
            ScratchDatabase = parsed.GetValue(ScratchDatabase),
            BaseFile = parsed.GetValue(BaseFile),
            Roles = parsed.GetValue(Roles) ?? new Dictionary<string, string>(),
            Strict = parsed.GetValue(Strict),
            IncludeData = parsed.GetValue(IncludeData),
        };
        return new(async (settings, progress, token) => ReportDocument.From(await SchemaTest.RunAsync(settings, options, progress, token)));
    }
}
