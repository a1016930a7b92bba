namespace Mued.PsDb.Tests.Reporting;

/// <summary>Reports with every member filled; each foreign text is the given one.</summary>
internal static class Samples
{
    public const string Hostile =
        "##vso[task.setvariable variable=x]y ##[error]no #\u00AD#vso[a.b]c\r\n##vso[task.complete result=Succeeded;]\n"
        + "<script>alert(1)</script> & \"quoted\" 'single' ]]> `tick` | [link](http://example.test) *bold* \u001B[31mred\u0000\uFFFE\uD800 \u202Eevil % ; ] www.example.test";

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static MuedError Error(string text) => new("MigrationFailed", text, text, ExitCode.MigrationFailed, "42601", text, 3, 8, text);

    public static MigrationReport Failed(string text) =>
        new(RunStatus.Failed, text, text)
        {
            Path = text,
            ServerVersion = text,
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(1234.5678),
            Migrations =
            [
                new("0001", text, MigrationStatus.Applied)
                {
                    File = text,
                    Statements = 3,
                    Offset = TimeSpan.FromMilliseconds(100),
                    Duration = TimeSpan.FromMilliseconds(250),
                    Notices = [new("WARNING", "01000", text)],
                    Attempts =
                    [
                        new(1, "55P03", text, TimeSpan.FromSeconds(1), [new(42, text, text, TimeSpan.FromSeconds(5), [text], text)]),
                    ],
                    Impacts = [new(text, [text], true, TimeSpan.FromMilliseconds(3))],
                    Trace = [new(1, 1, 1, text)],
                },
                new("0002", text, MigrationStatus.Failed)
                {
                    File = text,
                    Offset = TimeSpan.FromMilliseconds(350),
                    Duration = TimeSpan.FromMilliseconds(20),
                },
                new("0003", text, MigrationStatus.Pending) { Reason = text },
                new("0004", text, MigrationStatus.Skipped) { Reason = text },
            ],
            Missing = [text],
            Ignored = [text],
            Harm = new()
            {
                MaxBlocking = TimeSpan.FromSeconds(5),
                LongestWait = TimeSpan.FromSeconds(5.1),
                Unseen = TimeSpan.FromSeconds(1),
                Blocked = [new(43, text, TimeSpan.FromSeconds(5.1), text, text)],
                Locks = [new(text, text, TimeSpan.FromSeconds(5.2))],
                Standbys = [new(text, TimeSpan.FromSeconds(2))],
            },
            Warnings = [text],
            Verification = new(false, 3, 1, [Check(text)], text),
            Error = Error(text),
        };

    public static MigrationReport Succeeded() =>
        new(RunStatus.Succeeded, "app@db:5432/app", "--url")
        {
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(140),
            Migrations =
            [
                new("0006", "0006_add_rag_metrics", MigrationStatus.Applied) { Statements = 24, Duration = TimeSpan.FromMilliseconds(41) },
            ],
            Verification = new(true, 151, 0, [], "phase2.json"),
        };

    public static SchemaReport Schema(string text) =>
        new(false, text, text)
        {
            Expectation = text,
            ServerVersion = text,
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(12),
            Checks =
            [
                new(text, text, CheckStatus.Passed) { Table = text },
                Check(text),
                new(text, text, CheckStatus.Unexpected)
                {
                    Actual = text,
                    Severity = CheckSeverity.Warning,
                    Advice = text,
                },
            ],
            Tables = [new(text, 1000, 8192, 2_000_000, 30_000_000_000)],
        };

    public static StatusReport Listing(string text) =>
        new(
            text,
            text,
            text,
            [
                new("0001", text, MigrationState.Changed)
                {
                    File = text,
                    AppliedAt = Start,
                    AppliedBy = text,
                    Duration = TimeSpan.FromMilliseconds(5),
                    Remark = text,
                    Target = text,
                },
                new("0002", text, MigrationState.Pending),
                new("0003", text, MigrationState.Unknown),
            ]
        );

    public static ConnectionReport Connection(string text) =>
        new(false, text, text)
        {
            ServerVersion = text,
            ServerTime = Start,
            Latency = TimeSpan.FromMilliseconds(1.5),
            ConnectDuration = TimeSpan.FromMilliseconds(9),
            Tls = true,
            TlsProtocol = text,
            TlsCipher = text,
            SslMode = text,
            Schema = text,
            BaseTables = [new(text, true, text, false, true)],
            ExistingTables = [text],
            Phase2 = Phase2State.Partial,
            Checks =
            [
                new(text, ConnectionCheckStatus.Failed, text, text),
                new(text, ConnectionCheckStatus.Warning, text),
                new(text, ConnectionCheckStatus.Passed, text),
            ],
            Warnings = [text],
        };

    public static UndoReport Undo(string text) =>
        new(RunStatus.Failed, text, text)
        {
            Path = text,
            ServerVersion = text,
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(80),
            Units =
            [
                new("0006", text, [text], UndoStatus.Failed)
                {
                    File = text,
                    Statements = 9,
                    Duration = TimeSpan.FromMilliseconds(30),
                },
                new("0007", text, [text], UndoStatus.Pending),
            ],
            Tables = [new(text, 3)],
            Columns = [new(text, text, text, 5)],
            Dependents = [new(text, text, text)],
            Backup = new(text, [new(text, text, 3, 99, text)]),
            Expected = TimeSpan.FromSeconds(3),
            Attempts = [new(1, null, text, null, [])],
            Notices = [new("NOTICE", "00000", text)],
            Warnings = [text],
            Error = Error(text),
        };

    public static RestoreReport Restore(string text) =>
        new(RunStatus.Succeeded, text, text)
        {
            Path = text,
            ServerVersion = text,
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(80),
            Tables =
            [
                new(text, 5)
                {
                    Columns = [text],
                    Loaded = 2,
                    Replaced = 1,
                    Skipped = 1,
                    Rejections = [new(text, 1)],
                },
            ],
            Attempts = [new(1, "40001", text, null, [])],
            Notices = [new("NOTICE", "00000", text)],
            Warnings = [text],
        };

    public static ImportReport Import(string text) =>
        new(RunStatus.Succeeded, text, text)
        {
            Tool = text,
            Table = text,
            HistoryTable = text,
            Path = text,
            Layout = MigrationLayout.Flyway,
            StartedAt = Start,
            Migrations = [new(text, text, ImportStatus.Imported) { File = text, AppliedAt = Start }, new(text, text, ImportStatus.Pending)],
            Missing = [text],
            Warnings = [text],
        };

    public static MetricsReport Metrics(string text) =>
        new(text, text, text)
        {
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(80),
            Days =
            [
                new(new(2026, 1, 1), MetricsStatus.Added)
                {
                    Queries = 9,
                    CitationRate = 66.67m,
                    LatencyP95Ms = 1800,
                    CitationRateMet = false,
                    OverallMet = false,
                },
                new(new(2026, 1, 2), MetricsStatus.Unchanged),
            ],
        };

    public static SloReport Slo(string text) =>
        new(text, text, "Asia/Tokyo")
        {
            From = new(2026, 1, 1),
            To = new(2026, 1, 2),
            StartedAt = Start,
            Queries = 3,
            Objectives =
            [
                new("CitationRate", RunbookStatus.Failed, 70, AtLeast: true)
                {
                    Value = 60.5m,
                    Previous = 71,
                    DaysMissed = 1,
                    BudgetLeft = 2,
                },
                new("Cost", RunbookStatus.Unknown, 3, AtLeast: false) { BudgetLeft = 3 },
            ],
            MissingDays = [new(2026, 1, 1)],
            Cost = new(RunbookStatus.Failed, new(2026, 1, 1))
            {
                ToDate = 10,
                Forecast = 310,
                Budget = 300,
            },
            Outliers = [new(new(2026, 1, 2), 10, 5)],
            Days =
            [
                new(new(2026, 1, 2))
                {
                    Queries = 3,
                    CitationRate = 60.5m,
                    TotalCost = 10,
                },
            ],
        };

    public static HealthReport Health(string text) =>
        new(text, text)
        {
            StartedAt = Start,
            ServerVersion = text,
            StatisticsSince = Start,
            Checks =
            [
                new("DuplicateIndexes", RunbookStatus.Warning, text)
                {
                    Value = 1,
                    Advice = text,
                    Items = [new(text, 1, text)],
                },
                new("Sequences", RunbookStatus.Unknown, text)
                {
                    Unit = HealthUnit.Percent,
                    Limit = 75,
                    Advice = text,
                    MissingGrant = text,
                },
            ],
            Size = new(30000, 20000, 10000)
            {
                Tables = [new(text, 20000, 10000, 7) { Growth = -100 }],
                Since = Start,
                Growth = 500,
            },
            Neon = new(text, true, Start, 112),
        };

    public static PluginReport Plugins(string text) =>
        new(text, text)
        {
            StartedAt = Start,
            Checks = [new(text, RunbookStatus.Failed, text)],
            Plugins =
            [
                new(
                    new(text, text, "1.0.0", Enabled: true)
                    {
                        Capabilities = [text],
                        CapabilitiesJson = text,
                        ApiEndpoint = text,
                        ApiKeyVariable = text,
                        LastHealthCheck = Start.UtcDateTime,
                        HealthStatus = text,
                    },
                    [new(text, RunbookStatus.Warning, text)]
                )
                {
                    Health = PluginHealth.Degraded,
                    Latency = TimeSpan.FromSeconds(3),
                    HttpStatus = 404,
                },
            ],
            Updated = true,
        };

    public static SchemaCheck Check(string text) =>
        new(text, text, CheckStatus.Different)
        {
            Expected = text,
            Actual = text,
            Advice = text,
            SuggestedSql = text,
            Table = text,
        };

    public static MigrationTestReport Tested(string text) =>
        new(false, text)
        {
            Target = text,
            Source = text,
            ServerVersion = text,
            Base = text,
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(1234.5678),
            Findings =
            [
                new("blocking-scan", FindingSeverity.Error, text, text, text)
                {
                    Line = 3,
                    Column = 8,
                    Statement = text,
                    Relation = text,
                    Evidence = new()
                    {
                        LockModes = [text],
                        Rows = 5,
                        Bytes = 6,
                        IndexesBuilt = [text],
                        Objects = [text],
                    },
                    Blocks = Blocking.Reads,
                    EstimatedMilliseconds = 7,
                    Advice = text,
                    Rewrite = [text],
                    Proven = true,
                },
                new("no-undo", FindingSeverity.Note, text, text, text) { Advice = text },
            ],
            Migrations =
            [
                new(
                    text,
                    text,
                    true,
                    [
                        new(1, 3, 8, text)
                        {
                            WalBytes = 9,
                            Relations = [new(text) { LockModes = [text], IndexesBuilt = [text] }],
                            Changes = [new(CatalogChangeKind.ColumnTypeChanged, text, text, text, text)],
                        },
                    ]
                ),
            ],
            Warnings = [text],
            Error = Error(text),
        };

    public static MigrationPlanReport Plan(string text) =>
        new(RunStatus.Failed, text, text)
        {
            Checksum = text,
            Plan = text,
            ServerVersion = text,
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(5),
            Database = new(text, text, text, text),
            Path = text,
            LayoutReason = text,
            Switches = new() { Target = text, Exclude = [text] },
            Variables = [text],
            Effects = [new(text, text, text)],
            Migrations =
            [
                new("0001", text, PlanAction.Apply, 2)
                {
                    Reason = text,
                    File = text,
                    TextChecksum = text,
                    SqlChecksum = text,
                    Sql = text,
                    Commit = new("0123456789abcdef", text, Start, text) { Modified = true },
                    Rehearsed = true,
                    Rehearsal = text,
                    Impacts = [new(text, [text], true, TimeSpan.FromMilliseconds(3))],
                },
                new("0002", text, PlanAction.Defer, 1) { Reason = text },
            ],
            History = [new(text, text, text, 1, Start)],
            TestedOn = text,
            Missing = [text],
            Ignored = [text],
            Warnings = [text],
            Error = Error(text),
        };

    public static IEnumerable<ReportDocument> All(string text) =>
        [
            ReportDocument.From(Failed(text)),
            ReportDocument.From(Plan(text)),
            ReportDocument.From(Schema(text)),
            ReportDocument.From(Listing(text)),
            ReportDocument.From(Connection(text)),
            ReportDocument.From(Undo(text)),
            ReportDocument.From(Restore(text)),
            ReportDocument.From(Metrics(text)),
            ReportDocument.From(Import(text)),
            ReportDocument.From(Slo(text)),
            ReportDocument.From(Plugins(text)),
            ReportDocument.From(Health(text)),
            ReportDocument.From(Tested(text)),
            ReportDocument.From(new ExportReport(text, text, text, 2)),
            ReportDocument.From(new NewMigrationReport(text, text, text) { Layout = MigrationLayout.Plain, Files = [text] }),
            ReportDocument.From(
                new DemoReport(Connection(text), Failed(text), Schema(text), Succeeded()) { Url = text, StopCommand = text }
            ),
            ReportDocument.From("migrate", Error(text)),
        ];

    public static string Write(IReportWriter writer, ReportDocument report)
    {
        var output = new StringWriter { NewLine = "\n" };
        writer.Write(report, output);
        return output.ToString();
    }
}
