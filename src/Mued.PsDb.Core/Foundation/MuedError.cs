using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>An error as data on a report: a <see cref="MuedException"/> without the exception.</summary>
/// <param name="ErrorId">The stable identifier.</param>
/// <param name="Message">What happened, in one sentence.</param>
/// <param name="Advice">What to do next.</param>
/// <param name="ExitCode">The class of the error.</param>
/// <param name="SqlState">The SQLSTATE when the server raised the error.</param>
/// <param name="File">The file at fault.</param>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Column">The column in the line, from 1.</param>
/// <param name="TargetName">What the error is about.</param>
public sealed record MuedError(
    string ErrorId,
    string Message,
    string Advice,
    [property: JsonConverter(typeof(JsonNumberEnumConverter<ExitCode>))] ExitCode ExitCode,
    string? SqlState = null,
    string? File = null,
    int? Line = null,
    int? Column = null,
    string? TargetName = null
)
{
    /// <summary>The report's view of an exception.</summary>
    /// <param name="exception">The exception to copy.</param>
    /// <returns>The same facts as data.</returns>
    public static MuedError From(MuedException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new(
            exception.ErrorId,
            exception.Message,
            exception.Advice,
            exception.ExitCode,
            exception.SqlState,
            exception.File,
            exception.Line,
            exception.Column,
            exception.TargetName
        );
    }

    /// <summary>The same error where it is one of many: its message begins with what it is about, unless it says so already.</summary>
    /// <param name="target">What the error is about.</param>
    internal MuedError About(string target) =>
        Message.Contains(target, StringComparison.Ordinal) ? this : this with { Message = $"{target}: {Message}" };

    /// <summary>The exception that carries this error, for callers that throw.</summary>
    /// <returns>A new exception with the same facts.</returns>
    public MuedException ToException() =>
        new(ErrorId, ExitCode, Message, Advice)
        {
            SqlState = SqlState,
            File = File,
            Line = Line,
            Column = Column,
            TargetName = TargetName,
        };

    /// <inheritdoc/>
    public override string ToString() => Message;
}
