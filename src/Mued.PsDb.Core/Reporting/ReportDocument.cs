using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>
/// What every format shows of a report, whatever the command: how it ended, its steps, checks, tables, warnings and error.
/// The JSON format writes the command's own record instead.
/// </summary>
public sealed partial record ReportDocument
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

    /// <summary>What migrations would do to a database at work, the gravest first.</summary>
    public IReadOnlyList<SafetyFinding> Findings { get; init; } = [];

    /// <summary>What migrations did, statement by statement.</summary>
    public IReadOnlyList<MigrationTrace> Traces { get; init; } = [];

    /// <summary>From which severity on a finding is a failure.</summary>
    public FindingSeverity FailOn { get; init; } = FindingSeverity.Error;

    /// <summary>Sizes, retries, impacts and the like; a table without rows is left out.</summary>
    public IReadOnlyList<ReportTable> Tables
    {
        get;
        init => field = [.. value.Where(table => table.Rows.Count > 0)];
    } = [];

    /// <summary>What is to be run, for whoever is to read it before; shown where there is room, in Markdown and HTML.</summary>
    public IReadOnlyList<ReportScript> Scripts { get; init; } = [];

    /// <summary>Lines over time.</summary>
    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    /// <summary>Things a person should know although the run went on.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What went wrong; null when nothing did.</summary>
    public MuedError? Error { get; init; }

    /// <summary>Whether anything failed.</summary>
    public bool Failed => ExitCode != ExitCode.Done;

    /// <summary>Whether there is more to show than the error.</summary>
    public bool HasBody => Content is not FailureReport;

    internal object Content { get; private init; }

    /// <summary>What a person is told of the checks that did not pass, failures first.</summary>
    internal IReadOnlyList<SchemaCheck> Remarkable => CheckCauses.Of(Checks);

    /// <summary>How many checks there were and how many failed, in words.</summary>
    internal string CheckCounts => Texts.Get("CheckCounts", Figures.Count(CheckCount, "check"), CheckFailures);

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

    // A run says itself how it ended; one that failed without an error of its own has the code of its kind.
    private static ExitCode CodeOf(MuedError? error, bool failed, ExitCode otherwise) =>
        error?.ExitCode ?? (failed ? otherwise : ExitCode.Done);

    // What is not known is not shown. The label is a text of its own.
    private static List<KeyValuePair<string, string>> Known(params (string Label, string? Value)[] facts) =>
        [.. from fact in facts where fact.Value is not null select KeyValuePair.Create(Texts.Get(fact.Label), fact.Value)];

    // The longest that others waited for a run: as it was seen, or as it cannot have been longer.
    private static (string Label, string? Value) Waits(Harm? harm) =>
        (
            "Fact.Waits",
            harm is null || (harm.LongestWait == default && harm.Unseen == default) ? null
            : harm.LongestWait >= harm.Unseen ? Figures.Duration(harm.LongestWait)
            : Texts.Get("WaitedLess", Figures.Duration(harm.Unseen))
        );

    // Which SQL a command was about comes first, and why it was that one.
    private static (string Label, string? Value) Folder(string? path, string? reason) => ("Fact.Migrations", Chosen(path, reason));

    private static string? Chosen(string? path, string? reason) =>
        path is null || reason is null ? path : Texts.Get("FolderWithReason", path, reason);

    private static (string Label, string? Value) Server(string? version) =>
        ("Fact.Server", version is null ? null : Texts.Get("ServerVersion", version));
}
