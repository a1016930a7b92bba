using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>
/// What every format shows of a report, whatever the command: how it ended, its steps, checks, tables, warnings and error.
/// The JSON format writes the command's own record instead.
/// </summary>
public sealed record ReportDocument
{
    private ReportDocument(string command, object content)
    {
        Command = command;
        Content = content;
    }

    /// <summary>The command, as <c>mued-psdb</c> names it.</summary>
    public string Command { get; }

    /// <summary>How it ended, in one word.</summary>
    public required string Status { get; init; }

    /// <summary>One sentence that says what was done.</summary>
    public required string Summary { get; init; }

    /// <summary>The exit code that belongs to the report.</summary>
    public required ExitCode ExitCode { get; init; }

    /// <summary>The database as user@host:port/database; null when there was none.</summary>
    public string? Target { get; init; }

    /// <summary>Single facts: the source of the connection, the server's version, the folder.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>When the run started, on this machine's clock; null for a report that is no run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long the run took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<ReportStep> Steps { get; init; } = [];

    /// <summary>The checks; of a verification after a run perhaps only the failed ones.</summary>
    public IReadOnlyList<SchemaCheck> Checks { get; init; } = [];

    /// <summary>How many checks were made.</summary>
    public int CheckCount { get; init; }

    /// <summary>How many of them failed.</summary>
    public int CheckFailures { get; init; }

    /// <summary>Sizes, retries, impacts and the like.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Things a person should know although the run went on.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What went wrong; null when nothing did.</summary>
    public MuedError? Error { get; init; }

    /// <summary>Whether anything failed.</summary>
    public bool Failed => ExitCode != ExitCode.Done;

    /// <summary>Whether there is more to show than the error.</summary>
    public bool HasBody => Content is not FailureReport;

    internal object Content { get; }

    /// <summary>The document of a migration run.</summary>
    /// <param name="report">The report of the run.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(MigrationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var verification = report.Verification;
        return new("migrate", report)
        {
            Status = report.Status.ToString(),
            Summary = MigrationSummary(report),
            ExitCode = report.Error?.ExitCode ?? (report.Status == RunStatus.Failed ? ExitCode.CheckFailed : ExitCode.Done),
            Target = report.Target,
            Facts = Known([
                ("Server", Server(report.ServerVersion)),
                ("Connection from", report.Source),
                ("Migrations", report.Path),
                ("Verified against", verification?.Expectation),
            ]),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Migrations.Select(migration => Step(migration, report.Error))],
            Checks =
                verification is null ? []
                : verification.Results.Count > 0 ? verification.Results
                : verification.Failures,
            CheckCount = verification?.Checks ?? 0,
            CheckFailures = verification?.Failed ?? 0,
            Tables =
            [
                .. RetryTable(report.Migrations.SelectMany(migration => migration.Attempts.Select(attempt => (migration.Name, attempt)))),
                .. ImpactTable(report.Migrations),
            ],
            Warnings = [.. report.Warnings, .. report.Missing.Select(name => $"{name} is applied, but its file is not in the folder.")],
            Error = report.Error,
        };
    }

    /// <summary>The document of a schema test.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(SchemaReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("test-schema", report)
        {
            Status = report.Passed ? "Passed" : "Failed",
            Summary = report.Passed
                ? $"{Figures.Count(report.Checks.Count, "check")} passed in {Figures.Duration(report.Duration)}."
                : $"{report.Failed} of {Figures.Count(report.Checks.Count, "check")} failed in {Figures.Duration(report.Duration)}.",
            ExitCode = report.Passed ? ExitCode.Done : ExitCode.CheckFailed,
            Target = report.Target,
            Facts = Known([("Server", Server(report.ServerVersion)), ("Connection from", report.Source), ("Expected", report.Expectation)]),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Checks = report.Checks,
            CheckCount = report.Checks.Count,
            CheckFailures = report.Failed,
            Tables = SizeTable(report.Tables),
        };
    }

    /// <summary>The document of a connection test.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(ConnectionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var failed = report.Checks.Count(check => check.Status == ConnectionCheckStatus.Failed);
        return new("test-connection", report)
        {
            Status = report.Success ? "Passed" : "Failed",
            Summary =
                report.Error?.Message
                ?? (
                    failed == 0
                        ? $"{Figures.Count(report.Checks.Count, "check")} passed; a round trip takes {Figures.Duration(report.Latency)}."
                        : $"{failed} of {Figures.Count(report.Checks.Count, "check")} failed."
                ),
            ExitCode = report.Error?.ExitCode ?? (report.Success ? ExitCode.Done : ExitCode.CheckFailed),
            Target = report.Target,
            Facts = Known([
                ("Server", Server(report.ServerVersion)),
                ("Connection from", report.Source),
                (
                    "Encryption",
                    report.ServerVersion is null ? null
                    : report.Tls ? $"{report.TlsProtocol} {report.TlsCipher}"
                    : "none"
                ),
                ("Phase 2", report.Phase2?.ToString()),
            ]),
            Duration = report.ConnectDuration,
            Steps = report.Error is null ? [.. report.Checks.Select(Step)] : [],
            Warnings = report.Warnings,
            Error = report.Error,
        };
    }

    /// <summary>The document of an undo.</summary>
    /// <param name="report">The report of the undo.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(UndoReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var rows = report.Tables.Sum(table => table.Rows) + report.Columns.DistinctBy(column => column.Table).Sum(column => column.Rows);
        return new("undo", report)
        {
            Status = report.Status.ToString(),
            Summary =
                report.Error?.Message
                ?? (
                    report.Status == RunStatus.NothingToDo
                        ? "Nothing to undo."
                        : $"{Figures.Count(report.Units.Count, "unit")} {(report.Status == RunStatus.DryRun ? "rehearsed and rolled back" : "undone")}, "
                            + $"{Figures.Count(rows, "row")} {(report.Status == RunStatus.DryRun ? "concerned" : report.Backup is null ? "lost" : "copied to the backup")}, in {Figures.Duration(report.Duration)}."
                ),
            ExitCode = report.Error?.ExitCode ?? (report.Status == RunStatus.Failed ? ExitCode.MigrationFailed : ExitCode.Done),
            Target = report.Target,
            Facts = Known([
                ("Server", Server(report.ServerVersion)),
                ("Connection from", report.Source),
                ("Migrations", report.Path),
                ("Backup", report.Backup?.Path),
            ]),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Units.Select(unit => Step(unit, report))],
            Tables = [.. LossTable(report), .. DependentTable(report.Dependents), .. RetryTable("undo", report.Attempts)],
            Warnings = report.Warnings,
            Error = report.Error,
        };
    }

    /// <summary>The document of a restore.</summary>
    /// <param name="report">The report of the restore.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(RestoreReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("restore", report)
        {
            Status = report.Status.ToString(),
            Summary =
                report.Error?.Message
                ?? $"{Figures.Count(report.Loaded, "row")} loaded, {Figures.Number(report.Skipped)} skipped, {Figures.Number(report.Rejected)} rejected, "
                    + $"in {Figures.Duration(report.Duration)}.",
            ExitCode = report.Error?.ExitCode ?? (report.Status == RunStatus.Failed ? ExitCode.MigrationFailed : ExitCode.Done),
            Target = report.Target,
            Facts = Known([("Server", Server(report.ServerVersion)), ("Connection from", report.Source), ("Backup", report.Path)]),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Tables.Select(table => Step(table, rehearsed: report.Status == RunStatus.DryRun))],
            Tables = [.. RejectionTable(report.Tables), .. RetryTable("restore", report.Attempts)],
            Warnings = [.. report.Warnings, .. report.Notices.Select(notice => $"{notice.Severity}: {notice.Message}")],
            Error = report.Error,
        };
    }

    /// <summary>The document of a demo.</summary>
    /// <param name="report">The report of the demo.</param>
    /// <returns>One step for each of its parts.</returns>
    public static ReportDocument From(DemoReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportDocument[] parts = [From(report.Connection), From(report.Migration), From(report.Schema), From(report.SecondRun)];
        return new("demo", report)
        {
            Status = report.Status.ToString(),
            Summary =
                report.Status == RunStatus.Succeeded
                    ? "Phase 2 was applied and proven, and a second run found nothing to do."
                    : "A part of the demo did not do what it shows.",
            ExitCode =
                report.Status == RunStatus.Succeeded
                    ? ExitCode.Done
                    : parts.Select(part => part.ExitCode).FirstOrDefault(code => code != ExitCode.Done, ExitCode.CheckFailed),
            Target = report.Connection.Target,
            Facts = Known([("Server", Server(report.Connection.ServerVersion)), ("URL", report.Url), ("Stop with", report.StopCommand)]),
            StartedAt = report.Migration.StartedAt,
            Duration = new[]
            {
                report.Connection.ConnectDuration,
                report.Migration.Duration,
                report.Schema.Duration,
                report.SecondRun.Duration,
            }.Aggregate((sum, part) => sum + part),
            Steps =
            [
                .. parts.Select(part => new ReportStep(part.Command, part.Failed ? StepOutcome.Failed : StepOutcome.Done, part.Status)
                {
                    Detail = part.Summary,
                    Duration = part.Duration,
                    Error = part.Error,
                }),
            ],
            Checks = report.Schema.Checks,
            CheckCount = report.Schema.Checks.Count,
            CheckFailures = report.Schema.Failed,
            Error = parts.Select(part => part.Error).FirstOrDefault(error => error is not null),
        };
    }

    /// <summary>The document of a schema export.</summary>
    /// <param name="report">The report of the export.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(ExportReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("export-schema", report)
        {
            Status = report.Status.ToString(),
            Summary = $"{Figures.Count(report.Relations, "table or view", "tables and views")} written to {report.File}.",
            ExitCode = ExitCode.Done,
            Target = report.Target,
            Facts = Known([("Connection from", report.Source)]),
        };
    }

    /// <summary>The document of a list of migrations.</summary>
    /// <param name="listing">The list.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(StatusReport listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return new("status", listing)
        {
            Status = "Listed",
            Summary =
                $"{listing.Applied} applied, {listing.Pending} pending"
                + (listing.Attention > 0 ? $", {listing.Attention} to look at." : "."),
            ExitCode = ExitCode.Done,
            Target = listing.Target,
            Facts = Known([("Connection from", listing.Source), ("Migrations", listing.Path)]),
            Steps = [.. listing.Migrations.Select(Step)],
        };
    }

    /// <summary>The document of a command that ended with an error before it had anything else to report.</summary>
    /// <param name="command">The command, as <c>mued-psdb</c> names it.</param>
    /// <param name="error">What went wrong.</param>
    /// <returns>A document that holds the error alone.</returns>
    public static ReportDocument From(string command, MuedError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(command, new FailureReport(error))
        {
            Status = nameof(RunStatus.Failed),
            Summary = error.Message,
            ExitCode = error.ExitCode,
            Error = error,
        };
    }

    private static string MigrationSummary(MigrationReport report)
    {
        var counts = report
            .Migrations.GroupBy(migration => migration.Status)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {Word(group.Key)}");
        var done = report.Status switch
        {
            RunStatus.NothingToDo => "Nothing to do",
            RunStatus.DryRun => "Rehearsed and rolled back",
            _ => string.Join(", ", counts),
        };
        var checks = report.Verification switch
        {
            null => "",
            { Passed: true } passed => $"; {Figures.Count(passed.Checks, "check")} passed",
            { } failed => $"; {failed.Failed} of {Figures.Count(failed.Checks, "check")} failed",
        };
        return $"{(done.Length == 0 ? "Nothing was run" : done)}{checks}, in {Figures.Duration(report.Duration)}.";
    }

    private static string Word(MigrationStatus status) =>
        status switch
        {
            MigrationStatus.Applied => "applied",
            MigrationStatus.Skipped => "skipped",
            MigrationStatus.Pending => "pending",
            _ => "failed",
        };

    private static ReportStep Step(MigrationResult migration, MuedError? error) =>
        new(
            migration.Name,
            migration.Status switch
            {
                MigrationStatus.Applied => StepOutcome.Done,
                MigrationStatus.Skipped => StepOutcome.Skipped,
                MigrationStatus.Pending => StepOutcome.Pending,
                _ => StepOutcome.Failed,
            },
            migration.Status.ToString()
        )
        {
            File = migration.File,
            Detail = migration.Reason ?? Figures.Count(migration.Statements, "statement"),
            Offset = migration.Offset,
            Duration = migration.Duration,
            Notices = migration.Notices,
            Error = migration.Status == MigrationStatus.Failed ? error : null,
        };

    private static ReportStep Step(MigrationInfo migration) =>
        new(
            migration.Name,
            migration.State switch
            {
                MigrationState.Applied => StepOutcome.Done,
                MigrationState.Pending => StepOutcome.Pending,
                MigrationState.Excluded => StepOutcome.Skipped,
                _ => StepOutcome.Attention,
            },
            migration.State.ToString()
        )
        {
            File = migration.File,
            Detail = migration.Remark ?? (migration.AppliedAt is { } at ? $"{Figures.Time(at)} by {migration.AppliedBy}" : null),
            Duration = migration.Duration ?? default,
        };

    private static ReportStep Step(ConnectionCheck check) =>
        new(
            check.Name,
            check.Status switch
            {
                ConnectionCheckStatus.Passed => StepOutcome.Done,
                ConnectionCheckStatus.Warning => StepOutcome.Attention,
                _ => StepOutcome.Failed,
            },
            check.Status.ToString()
        )
        {
            Detail = check.Advice is null ? check.Detail : $"{check.Detail} {check.Advice}",
        };

    private static ReportStep Step(UndoUnit unit, UndoReport report) =>
        new(
            unit.Name,
            unit.Status switch
            {
                UndoStatus.Undone => StepOutcome.Done,
                UndoStatus.Pending => StepOutcome.Pending,
                UndoStatus.Failed => StepOutcome.Failed,
                _ => StepOutcome.Attention,
            },
            unit.Status.ToString()
        )
        {
            File = unit.File,
            Detail = $"takes back {string.Join(", ", unit.Migrations)}",
            Duration = unit.Duration,
            Notices = unit == report.Units[0] ? report.Notices : [],
            Error = unit.Status == UndoStatus.Failed ? report.Error : null,
        };

    private static IReadOnlyList<ReportTable> LossTable(UndoReport report)
    {
        var rows = report
            .Tables.Select(table => Row(table.Name, "", Figures.Number(table.Rows)))
            .Concat(report.Columns.Select(column => Row($"{column.Table}.{column.Name}", column.Type, Figures.Number(column.Rows))))
            .ToList();
        return rows.Count == 0 ? [] : [new("What goes away", ["Name", "Type", "Rows"], rows)];
    }

    private static IReadOnlyList<ReportTable> DependentTable(IReadOnlyList<DependentObject> dependents) =>
        dependents.Count == 0
            ? []
            :
            [
                new(
                    "What goes with it",
                    ["Kind", "Name", "Depends on"],
                    [.. dependents.Select(item => Row(item.Kind, item.Name, item.DependsOn))]
                ),
            ];

    private static ReportStep Step(RestoredTable table, bool rehearsed) =>
        new(
            table.Name,
            table.Rejected > 0 ? StepOutcome.Attention
                : rehearsed ? StepOutcome.Pending
                : StepOutcome.Done,
            rehearsed ? "Rehearsed"
                : table.Rejected > 0 ? "Partly"
                : "Restored"
        )
        {
            Detail =
                $"{Figures.Number(table.Loaded)} loaded, {Figures.Number(table.Replaced)} replaced, {Figures.Number(table.Skipped)} skipped, "
                + $"{Figures.Number(table.Rejected)} rejected of {Figures.Count(table.Rows, "row")}",
        };

    private static IReadOnlyList<ReportTable> RejectionTable(IReadOnlyList<RestoredTable> tables)
    {
        var rows = tables
            .SelectMany(table => table.Rejections.Select(item => Row(table.Name, Figures.Number(item.Rows), item.Reason)))
            .ToList();
        return rows.Count == 0 ? [] : [new("Rejected rows", ["Table", "Rows", "Reason"], rows)];
    }

    private static string[] Row(params string[] cells) => cells;

    private static IReadOnlyList<ReportTable> SizeTable(IReadOnlyList<TableSize> tables) =>
        tables.Count == 0
            ? []
            :
            [
                new(
                    "Rows and sizes",
                    ["Table", "Rows", "Heap", "Indexes", "Total"],
                    [
                        .. tables.Select(table =>
                            Row(
                                table.Table,
                                Figures.Number(table.Rows),
                                Figures.Bytes(table.HeapBytes),
                                Figures.Bytes(table.IndexBytes),
                                Figures.Bytes(table.TotalBytes)
                            )
                        ),
                    ]
                ),
            ];

    private static IReadOnlyList<ReportTable> RetryTable(string name, IReadOnlyList<MigrationAttempt> attempts) =>
        RetryTable(attempts.Select(attempt => (name, attempt)));

    private static IReadOnlyList<ReportTable> RetryTable(IEnumerable<(string Name, MigrationAttempt Attempt)> attempts)
    {
        var rows = attempts
            .Select(item =>
                Row(
                    item.Name,
                    Figures.Number(item.Attempt.Number),
                    item.Attempt.SqlState ?? "connection lost",
                    item.Attempt.Message,
                    string.Join("; ", item.Attempt.Blockers.Select(Describe))
                )
            )
            .ToList();
        return rows.Count == 0 ? [] : [new("Tries that failed", ["Name", "Try", "SQLSTATE", "Message", "In the way"], rows)];
    }

    private static string Describe(Blocker blocker)
    {
        var age = blocker.TransactionAge is { } open ? $", open for {Figures.Duration(open)}" : "";
        var locks = blocker.LockModes.Count == 0 ? "" : $", {string.Join(" and ", blocker.LockModes)}";
        return $"pid {blocker.Pid} {blocker.ApplicationName} ({blocker.State ?? "state unknown"}{age}{locks}"
            + (blocker.Relation is null ? ")" : $" on {blocker.Relation})");
    }

    private static IReadOnlyList<ReportTable> ImpactTable(IReadOnlyList<MigrationResult> migrations)
    {
        var rows = migrations
            .SelectMany(migration =>
                migration.Impacts.Select(impact =>
                    Row(
                        migration.Name,
                        impact.Relation,
                        string.Join(", ", impact.LockModes),
                        impact.Rewritten ? "yes" : "no",
                        Figures.Duration(impact.Held)
                    )
                )
            )
            .ToList();
        return rows.Count == 0 ? [] : [new("Effect on what was there", ["Migration", "Relation", "Locks", "Rewritten", "Held"], rows)];
    }

    private static string? Server(string? version) => version is null ? null : $"PostgreSQL {version}";

    private static List<KeyValuePair<string, string>> Known((string Name, string? Value)[] facts) =>
        [.. from fact in facts where fact.Value is not null select KeyValuePair.Create(fact.Name, fact.Value)];
}
