using System.Management.Automation;
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

    /// <summary>The record of a connection that was given and is empty.</summary>
    public static ErrorRecord EmptyConnection() =>
        new(new PSArgumentException(Texts.Get("EmptyConnection")), "EmptyConnection", ErrorCategory.InvalidArgument, "Connection")
        {
            ErrorDetails = new ErrorDetails(Texts.Get("EmptyConnection")) { RecommendedAction = Texts.Get("EmptyConnection.Advice") },
        };

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

    // SQLSTATE classes and codes: PostgreSQL documentation, appendix A.
    private static ErrorCategory CategoryOf(MuedException error) =>
        error.SqlState switch
        {
            "42501" or "25006" => ErrorCategory.PermissionDenied,
            "42P07" or "42P06" or "42P04" or "42710" or "42701" => ErrorCategory.ResourceExists,
            "42P01" or "42703" or "42704" or "42883" or "3F000" => ErrorCategory.ObjectNotFound,
            "42601" => ErrorCategory.SyntaxError,
            "55P03" or "40P01" or "40001" => ErrorCategory.ResourceBusy,
            "57014" => error.ExitCode == ExitCode.Cancelled ? ErrorCategory.OperationStopped : ErrorCategory.OperationTimeout,
            ['2', '3', ..] or ['2', '2', ..] => ErrorCategory.InvalidData,
            ['2', '8', ..] => ErrorCategory.AuthenticationError,
            ['5', '3', ..] => ErrorCategory.ResourceUnavailable,
            _ => error.ErrorId is "CreateForbidden" or "ReferenceForbidden" or "ServerReadOnly"
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
