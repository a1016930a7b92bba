using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary>The options that several commands have, and what the engine makes of them.</summary>
internal static class SharedOptions
{
    public static readonly Option<OutputFormat?> Output = CliOption.Choice<OutputFormat>("--output", "text|json");
    public static readonly Option<string> Report = CliOption.Text("--report", "FILE");
    public static readonly Option<Reporter?> Reporter = CliOption.Choice<Reporter>("--reporter", "text|azure-pipelines");
    public static readonly Option<bool> Verbose = CliOption.Flag("--verbose");

    public static readonly Option<string> Path = CliOption.Text("--path", "DIR");
    public static readonly Option<bool> Phase2 = CliOption.Flag("--phase2");
    public static readonly Option<string> Schema = CliOption.Text("--schema", "FILE");
    public static readonly Option<MigrationLayout?> Layout = CliOption.Choice<MigrationLayout>(
        "--layout",
        "auto|plain|pairs|goose|dbmate|sql-migrate|tern|node-pg-migrate|flyway|diesel|prisma|drizzle"
    );
    public static readonly Option<IReadOnlyDictionary<string, string>> Variable = CliOption.Assignments("--variable", "NAME=VALUE");
    public static readonly Option<string[]> Exclude = CliOption.Texts("--exclude", "GLOB");
    public static readonly Option<bool> AllowDuplicateVersion = CliOption.Flag("--allow-duplicate-version");
    public static readonly Option<string> HistoryTable = CliOption.Text("--history-table", "NAME");

    public static readonly Option<bool> DryRun = CliOption.Flag("--dry-run");
    public static readonly Option<TimeSpan?> LockTimeout = CliOption.Time("--lock-timeout");
    public static readonly Option<TimeSpan?> MaxBlocking = CliOption.Time("--max-blocking");
    public static readonly Option<TimeSpan?> StatementTimeout = CliOption.Time("--statement-timeout");
    public static readonly Option<bool> AllowReadOnlyDefault = CliOption.Flag("--allow-read-only-default");
    public static readonly Option<int?> MaxAttempts = CliOption.Number("--max-attempts");
    public static readonly Option<TimeSpan?> RetryTime = CliOption.Time("--retry-time");

    public static readonly Option<string> TimeZone = CliOption.Text("--time-zone", "ZONE");

    private static readonly MigrationOptions Defaults = new() { Path = "" };
    private static readonly Lazy<MuedProject> Found = new(() => ProjectSearch.Find(Environment.CurrentDirectory));

    /// <summary>What mued.json says.</summary>
    public static MuedProject Project => Found.Value;

    /// <summary>What placeholders stand for.</summary>
    public static IReadOnlyDictionary<string, string> Variables(ParseResult parsed) => parsed.GetValue(Variable) ?? Defaults.Variables;

    /// <summary>The folder that the command works on; of a plan that was approved, that of the plan unless another is named.</summary>
    public static FolderChoice Folder(ParseResult parsed, string? planned = null) =>
        FolderChoice.Of(parsed.GetValue(Path), parsed.GetValue(Phase2), Project, planned);

    /// <summary>The shared ones of a migration's options; one that the command does not have keeps its default.</summary>
    public static MigrationOptions Migrations(ParseResult parsed) => Migrations(parsed, Folder(parsed));

    /// <summary>The same for a folder that is known.</summary>
    public static MigrationOptions Migrations(ParseResult parsed, FolderChoice folder)
    {
        var options = Run(parsed, MigrationOptions.For(folder, parsed.GetValue(Layout), parsed.GetValue(AllowDuplicateVersion)));
        return options with
        {
            SchemaFile = parsed.GetValue(Schema) ?? options.SchemaFile,
            Variables = Variables(parsed),
            Exclude = parsed.GetValue(Exclude) ?? [],
            HistoryTable = Project.HistoryOf(parsed.GetValue(HistoryTable)),
        };
    }

    /// <summary>Options with what every run that changes a database is asked; one that the command does not have keeps its default.</summary>
    public static T Run<T>(ParseResult parsed, T options)
        where T : RunOptions
    {
        options = Project.Fill(options);
        return options with
        {
            DryRun = parsed.GetValue(DryRun),
            LockTimeout = parsed.GetValue(LockTimeout) ?? options.LockTimeout,
            MaxBlocking = parsed.GetValue(MaxBlocking) ?? options.MaxBlocking,
            StatementTimeout = parsed.GetValue(StatementTimeout) ?? options.StatementTimeout,
            AllowReadOnlyDefault = parsed.GetValue(AllowReadOnlyDefault),
            MaxAttempts = parsed.GetValue(MaxAttempts) ?? options.MaxAttempts,
            RetryTime = parsed.GetValue(RetryTime) ?? options.RetryTime,
        };
    }
}
