using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mued.PsDb.Cli;

/// <summary>The commands and their options. What an option's value must be is said in its help name.</summary>
internal sealed class CommandLine
{
    private static readonly MigrationOptions Defaults = new() { Path = "" };

    public readonly Option<string> Url = Text("--url", "URL", "The database: postgresql://user@host/db or Host=...;Database=...");
    public readonly Option<string> EnvFile = Text("--env-file", "FILE", "Take DATABASE_URL from this file.");
    public readonly Option<string> Path = Text("--path", "DIR", "The folder of the migrations (default: the bundled Phase 2).");
    public readonly Option<string> Schema = Text(
        "--schema",
        "FILE",
        "The expected schema (default: the one that belongs to the migrations)."
    );
    public readonly Option<string> To = Text("--to", "VERSION", "The last version to apply.");
    public readonly Option<string> UndoTo = Text("--to", "VERSION", "Take back everything after this version (default: the newest unit).");
    public readonly Option<string[]> Exclude = new("--exclude")
    {
        HelpName = "GLOB",
        Description = "Leave out files that match (may be repeated).",
    };
    public readonly Option<bool> AllowDuplicateVersion = Flag("--allow-duplicate-version", "Allow several files with one version.");
    public readonly Option<bool> AllowOutOfOrder = Flag("--allow-out-of-order", "Allow pending versions below the newest applied one.");
    public readonly Option<bool> AcceptChanged = Flag("--accept-changed", "Record new checksums of applied files that changed.");
    public readonly Option<bool> Reapply = Flag("--reapply", "Run applied migrations again.");
    public readonly Option<string> Baseline = Text(
        "--baseline",
        "VERSION",
        "Record everything up to this version as applied without running it."
    );
    public readonly Option<bool> DryRun = Flag("--dry-run", "Rehearse in a transaction that is rolled back.");
    public readonly Option<string> HistoryTable = Text(
        "--history-table",
        "NAME",
        $"schema.table of the history (default: {MigrationOptions.DefaultHistoryTable})."
    );
    public readonly Option<TimeSpan?> LockTimeout = Time(
        "--lock-timeout",
        "How long a statement waits for a lock before it steps back (default: 2s)."
    );
    public readonly Option<TimeSpan?> WaitTimeout = Time("--wait-timeout", "How long to wait for another runner (default: 10min).");
    public readonly Option<TimeSpan?> StatementTimeout = Time("--statement-timeout", "How long one statement may run (default: no limit).");
    public readonly Option<TimeSpan?> RetryTime = Time("--retry-time", "How long these tries may take together (default: 60s).");
    public readonly Option<int?> MaxAttempts = new("--max-attempts")
    {
        HelpName = "NUMBER",
        Description = "How many tries there are against transient failures (default: 10).",
        CustomParser = PositiveNumber,
    };
    public readonly Option<string> MigrationsPath = Text("--path", "DIR", "Expect what these migrations make of an empty database.");
    public readonly Option<bool> ScratchDatabase = Flag(
        "--scratch-database",
        "Build that expectation on the target's server, not in a sandbox."
    );
    public readonly Option<string> BaseFile = Text("--base", "FILE", "The SQL that the migrations of --path build on.");
    public readonly Option<bool> Strict = Flag("--strict", "Let unexpected objects fail the test.");
    public readonly Option<bool> IncludeData = Flag("--include-data", "Test the rows too, and count and measure the tables.");
    public readonly Option<string> SnapshotFile = Text("--schema", "FILE", "The file to write (default: standard output).");
    public readonly Option<string> Template = Text("--template", "FILE", "Keep the scope and the hand-written rules of this file.");
    public readonly Option<string[]> Schemas = new("--schema-name")
    {
        HelpName = "NAME",
        Description = "Take this schema (may be repeated; default: public).",
    };
    public readonly Option<string[]> Tables = new("--table")
    {
        HelpName = "NAME",
        Description = "Take this table, as schema.table (may be repeated).",
    };
    public readonly Option<string> BackupPath = Text(
        "--backup-path",
        "DIR",
        "The folder for the backup (default: one named after database and time)."
    );
    public readonly Option<bool> NoBackup = Flag("--no-backup", "Destroy the rows without a copy.");
    public readonly Option<bool> Force = Flag("--force", "Ask nothing, and take dependent objects along. Never skips the backup.");
    public readonly Option<string> RestorePath = new("--backup-path")
    {
        HelpName = "DIR",
        Description = "The folder of the backup.",
        Required = true,
    };
    public readonly Option<ConflictAction?> OnConflict = Choice<ConflictAction>(
        "--on-conflict",
        "skip|fail|replace",
        "What to do with rows that exist (default: skip)."
    );
    public readonly Option<bool> AllowOtherDatabase = Flag("--allow-other-database", "Load a backup that was taken from another database.");
    public readonly Option<bool> Keep = Flag("--keep", "Leave the server running and print its URL.");
    public readonly Option<OutputFormat?> Output = Choice<OutputFormat>(
        "--output",
        "text|json",
        "What standard output holds (default: text)."
    );
    public readonly Option<string> Report = Text("--report", "FILE", "Write a report: .json, .xml (JUnit), .md or .html.");
    public readonly Option<Reporter?> Reporter = Choice<Reporter>(
        "--reporter",
        "text|azure-pipelines",
        "Who reads the log (default: azure-pipelines when TF_BUILD is set)."
    );
    public readonly Option<bool> Verbose = Flag("--verbose", "Tell each step on standard error.");

    private readonly RootCommand root = new(
        """
        Migrates, verifies and undoes PostgreSQL schemas.

          The connection comes from --url, else DATABASE_URL in the environment, in .env.local or
          in .env, else from PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD and PGSSLMODE.

          Exit codes: 0 done; 1 a check failed; 2 wrong usage or configuration; 3 no connection;
          4 a migration or an undo failed and was rolled back; 130 cancelled.
        """
    );

    public CommandLine()
    {
        foreach (Option option in (Option[])[Output, Report, Reporter, Verbose])
        {
            option.Recursive = true;
            option.Validators.Add(RejectForgottenValue);
            root.Add(option);
        }

        Add("test-connection", "Look whether migrations can run on the database.", TestConnectionCommand.RunAsync, Url, EnvFile);
        Add(
            "status",
            "List what is applied, pending, changed or missing.",
            StatusCommand.RunAsync,
            Url,
            EnvFile,
            Path,
            Exclude,
            AllowDuplicateVersion,
            HistoryTable
        );
        Add(
            "migrate",
            "Apply what is pending and verify the result.",
            MigrateCommand.RunAsync,
            Url,
            EnvFile,
            Path,
            Schema,
            To,
            Exclude,
            AllowDuplicateVersion,
            AllowOutOfOrder,
            AcceptChanged,
            Reapply,
            Baseline,
            DryRun,
            HistoryTable,
            LockTimeout,
            WaitTimeout,
            StatementTimeout,
            MaxAttempts,
            RetryTime
        );
        Add(
            "test-schema",
            "Compare the database with the expected schema.",
            TestSchemaCommand.RunAsync,
            Url,
            EnvFile,
            Schema,
            MigrationsPath,
            ScratchDatabase,
            BaseFile,
            Strict,
            IncludeData
        );
        Add(
            "undo",
            "Take migrations back; rows that go away are copied first.",
            UndoCommand.RunAsync,
            Url,
            EnvFile,
            Path,
            UndoTo,
            BackupPath,
            NoBackup,
            Force,
            DryRun,
            HistoryTable,
            LockTimeout,
            MaxAttempts,
            RetryTime
        );
        Add(
            "restore",
            "Put the backup of an undo back.",
            RestoreCommand.RunAsync,
            Url,
            EnvFile,
            RestorePath,
            OnConflict,
            AllowOtherDatabase,
            DryRun,
            LockTimeout,
            MaxAttempts,
            RetryTime
        );
        Add(
            "export-schema",
            "Write the expected schema from a live database.",
            ExportSchemaCommand.RunAsync,
            Url,
            EnvFile,
            SnapshotFile,
            Template,
            Schemas,
            Tables,
            HistoryTable
        );
        Add("demo", "Show it all on a throw-away server.", DemoCommand.RunAsync, Keep);
    }

    public ParseResult Parse(string[] arguments)
        // Neither bundling nor response files: "-Url" is a typing error, and a password may begin with "@".
        =>
        root.Parse(arguments, new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null });

    /// <summary>The connection that the command was given.</summary>
    public ConnectionSettings Connect(ParseResult parsed) =>
        ConnectionSettings.Resolve(
            new()
            {
                Connection = parsed.GetValue(Url),
                ConnectionSource = Url.Name,
                EnvFile = parsed.GetValue(EnvFile),
            }
        );

    /// <summary>The migration options that the command was given; an option that a command does not have keeps its default.</summary>
    public MigrationOptions Migrations(ParseResult parsed) =>
        new()
        {
            Path = parsed.GetValue(Path) ?? BundledSql.Migrations,
            SchemaFile = parsed.GetValue(Schema),
            Target = parsed.GetValue(To),
            Exclude = parsed.GetValue(Exclude) ?? [],
            AllowDuplicateVersion = parsed.GetValue(AllowDuplicateVersion),
            AllowOutOfOrder = parsed.GetValue(AllowOutOfOrder),
            AcceptChanged = parsed.GetValue(AcceptChanged),
            Reapply = parsed.GetValue(Reapply),
            Baseline = parsed.GetValue(Baseline),
            DryRun = parsed.GetValue(DryRun),
            HistoryTable = parsed.GetValue(HistoryTable) ?? Defaults.HistoryTable,
            LockTimeout = parsed.GetValue(LockTimeout) ?? Defaults.LockTimeout,
            WaitTimeout = parsed.GetValue(WaitTimeout) ?? Defaults.WaitTimeout,
            StatementTimeout = parsed.GetValue(StatementTimeout),
            MaxAttempts = parsed.GetValue(MaxAttempts) ?? Defaults.MaxAttempts,
            RetryTime = parsed.GetValue(RetryTime) ?? Defaults.RetryTime,
        };

    /// <summary>The undo options that the command was given.</summary>
    public UndoOptions Undo(ParseResult parsed)
    {
        var migrations = Migrations(parsed);
        return new()
        {
            Path = migrations.Path,
            Target = parsed.GetValue(UndoTo),
            BackupPath = parsed.GetValue(BackupPath),
            NoBackup = parsed.GetValue(NoBackup),
            Force = parsed.GetValue(Force),
            DryRun = migrations.DryRun,
            HistoryTable = migrations.HistoryTable,
            LockTimeout = migrations.LockTimeout,
            MaxAttempts = migrations.MaxAttempts,
            RetryTime = migrations.RetryTime,
        };
    }

    /// <summary>The restore options that the command was given.</summary>
    public RestoreOptions Restore(ParseResult parsed)
    {
        var migrations = Migrations(parsed);
        return new()
        {
            Path = parsed.GetRequiredValue(RestorePath),
            OnConflict = parsed.GetValue(OnConflict) ?? default,
            AllowOtherDatabase = parsed.GetValue(AllowOtherDatabase),
            DryRun = migrations.DryRun,
            LockTimeout = migrations.LockTimeout,
            MaxAttempts = migrations.MaxAttempts,
            RetryTime = migrations.RetryTime,
        };
    }

    private void Add(
        string name,
        string description,
        Func<CommandContext, CancellationToken, Task<ReportDocument?>> run,
        params Option[] options
    )
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            option.Validators.Add(RejectForgottenValue);
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => new CommandContext(this, parsed).RunAsync(run, cancellationToken));
        root.Add(command);
    }

    // The parser would take the next option for the value of one whose value was forgotten, and a variable that is not set for a value.
    private static void RejectForgottenValue(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.StartsWith("--", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(token.Value)))
            result.AddError(result.Option.Name);
    }

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    private static Option<TimeSpan?> Time(string name, string description) =>
        new(name)
        {
            HelpName = "TIME",
            Description = description,
            CustomParser = Duration.Parse,
        };

    // Enum names are spelt with hyphens, as "azure-pipelines".
    private static Option<T?> Choice<T>(string name, string values, string description)
        where T : struct, Enum =>
        new(name)
        {
            HelpName = values,
            Description = description,
            CustomParser = result =>
            {
                if (
                    values.Split('|').Contains(result.Tokens[0].Value)
                    && Enum.TryParse<T>(result.Tokens[0].Value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value)
                )
                    return value;
                result.AddError(values);
                return null;
            },
        };

    private static int? PositiveNumber(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, out var number) && number > 0)
            return number;
        result.AddError("NUMBER");
        return null;
    }
}
