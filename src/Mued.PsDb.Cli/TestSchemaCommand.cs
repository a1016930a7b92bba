namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-schema</c></summary>
internal static class TestSchemaCommand
{
    public static async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (options, parsed) = (context.Options, context.Parsed);
        var what = new SchemaTestOptions
        {
            SchemaFile = parsed.GetValue(options.Schema),
            Path = parsed.GetValue(options.MigrationsPath),
            ScratchDatabase = parsed.GetValue(options.ScratchDatabase),
            BaseFile = parsed.GetValue(options.BaseFile),
            Strict = parsed.GetValue(options.Strict),
            IncludeData = parsed.GetValue(options.IncludeData),
        };
        return ReportDocument.From(await SchemaTest.RunAsync(options.Connect(parsed), what, context.Progress, cancellationToken));
    }
}
