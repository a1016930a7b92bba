namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb export-schema</c></summary>
internal static class ExportSchemaCommand
{
    public static async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (options, parsed) = (context.Options, context.Parsed);
        var settings = options.Connect(parsed);
        var snapshot = await SchemaExport.RunAsync(
            settings,
            new()
            {
                Schemas = parsed.GetValue(options.Schemas) ?? [],
                Tables = parsed.GetValue(options.Tables) ?? [],
                Template = parsed.GetValue(options.Template),
                HistoryTable = options.Migrations(parsed).HistoryTable,
            },
            context.Progress,
            cancellationToken
        );
        if (parsed.GetValue(options.SnapshotFile) is not { } file)
        {
            CommandContext.Write(snapshot.ToJson());
            return null;
        }

        snapshot.Save(file);
        return ReportDocument.From(new ExportReport(settings.Target, settings.Source, file, snapshot.Relations.Count));
    }
}
