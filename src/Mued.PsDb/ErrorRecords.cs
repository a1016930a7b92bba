using System.Management.Automation;
using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Makes every error record of the module: stable id, category, target, and the advice as recommended action.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of an error of the engine.</summary>
    /// <param name="error">The error; it carries file, line, column and SqlState as properties.</param>
    /// <param name="target">What the user passed, for errors that name no target of their own.</param>
    public static ErrorRecord From(MuedException error, object? target) =>
        new(error, error.ErrorId, CategoryOf(error), error.TargetName ?? target)
        {
            ErrorDetails = new ErrorDetails(Message(MuedError.From(error))) { RecommendedAction = Lines(error.Advice) },
        };

    /// <summary>The record of the error that a report holds, which names the database; null for none.</summary>
    public static ErrorRecord? Of(ReportDocument document) =>
        document.Error is { } error
            ? From((document.Target is { } target ? error.About(target) : error).ToException(), document.Target)
            : null;

    /// <summary>The message of an error; its first line alone must suffice to act, so it names the place in the file.</summary>
    public static string Message(MuedError error)
    {
        var (first, rest) = (Lines(error.Message), "");
        if (first.IndexOf(Environment.NewLine, StringComparison.Ordinal) is >= 0 and var end)
            (first, rest) = (first[..end], first[end..]);
        return error.Line is null
            ? first + rest
            : $"{first} ({UntrustedText.OneLine(Path.GetFileName(TextReportWriter.Place(error)))}){rest}";
    }

    /// <summary>The record of a connection test with checks that failed; its report is the target.</summary>
    public static ErrorRecord From(ConnectionReport report)
    {
        var failed = report.Checks.First(check => check.Status == ConnectionCheckStatus.Failed);
        return Failed("ConnectionCheckFailed", $"{report.Target}: {failed.Name}: {failed.Detail}", failed.Advice, report);
    }

    /// <summary>The record of a schema test with checks that failed; its report is the target.</summary>
    public static ErrorRecord From(SchemaReport report)
    {
        var failed = report.Checks.First(check => check.Failed);
        return Failed(
            "SchemaCheckFailed",
            Texts.Get("SchemaCheckFailed", report.Target, report.Failed, report.Checks.Count, failed.Status, failed.Kind, failed.Name),
            failed.Advice,
            report
        );
    }

    /// <summary>The record of a migration test with findings that make it fail; its report is the target.</summary>
    public static ErrorRecord From(MigrationTestReport report)
    {
        var failing = report.Findings.Where(finding => finding.Fails(report.FailOn)).ToList();
        return Failed(
            "MigrationTestFailed",
            Texts.Get(
                "MigrationTestFailed",
                failing.Count,
                failing[0].Rule,
                Path.GetFileName(TextReportWriter.Place(failing[0])),
                failing[0].Message
            ),
            failing[0].Advice,
            report
        );
    }

    /// <summary>The record of a comparison that found differences; its report is the target.</summary>
    public static ErrorRecord From(CompareReport report)
    {
        var first = report.Targets.First(target => !target.Equal);
        var found =
            first.Error?.Message
            ?? first.Differences.Where(check => check.Failed).Select(check => $"{check.Status} {check.Kind} {check.Name}").First();
        return Failed(
            "SchemasDiffer",
            Texts.Get(
                "SchemasDiffer",
                report.Targets.Count(target => !target.Equal),
                report.Targets.Count,
                report.Reference,
                first.Target,
                found
            ),
            Texts.Get("SchemasDiffer.Advice"),
            report
        );
    }

    // The host prints an error as it is, and a server's message may hold anything.
    private static string Lines(string text) => string.Join(Environment.NewLine, UntrustedText.Lines(text));

    private static ErrorRecord Failed(string errorId, string message, string? advice, object report)
    {
        var text = UntrustedText.OneLine(message);
        return new(new InvalidOperationException(text), errorId, ErrorCategory.InvalidResult, report)
        {
            ErrorDetails = new ErrorDetails(text) { RecommendedAction = UntrustedText.OneLine(advice) },
        };
    }

    private static ErrorCategory CategoryOf(MuedException error) =>
        SqlStates.FaultOf(error.SqlState) switch
        {
            ServerFault.PermissionDenied or ServerFault.ReadOnlyTransaction => ErrorCategory.PermissionDenied,
            ServerFault.ObjectExists => ErrorCategory.ResourceExists,
            ServerFault.ObjectMissing => ErrorCategory.ObjectNotFound,
            ServerFault.Syntax => ErrorCategory.SyntaxError,
            ServerFault.LockNotAvailable or ServerFault.RolledBack => ErrorCategory.ResourceBusy,
            ServerFault.Cancelled => error.ExitCode == ExitCode.Cancelled ? ErrorCategory.OperationStopped : ErrorCategory.OperationTimeout,
            ServerFault.InvalidData or ServerFault.ConstraintViolation or ServerFault.ForeignKeyViolation => ErrorCategory.InvalidData,
            ServerFault.PasswordRejected or ServerFault.AuthenticationRejected => ErrorCategory.AuthenticationError,
            ServerFault.OutOfSpace or ServerFault.TooManyConnections or ServerFault.ResourceUsedUp => ErrorCategory.ResourceUnavailable,
            _ => error.ErrorId is ErrorIds.CreateForbidden or ErrorIds.ReferenceForbidden or ErrorIds.ServerReadOnly
                ? ErrorCategory.PermissionDenied
                : error.ExitCode switch
                {
                    ExitCode.Usage => ErrorCategory.InvalidArgument,
                    ExitCode.NoConnection => ErrorCategory.ConnectionError,
                    ExitCode.CheckFailed => ErrorCategory.InvalidResult,
                    ExitCode.Cancelled => ErrorCategory.OperationStopped,
                    _ => ErrorCategory.InvalidOperation,
                },
        };
}
