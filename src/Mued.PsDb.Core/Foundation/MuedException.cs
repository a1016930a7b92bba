namespace Mued.PsDb;

/// <summary>
/// The error that every public call of the engine throws. Its message names the thing, <see cref="Advice"/> says what to do next;
/// neither ever holds a password or a whole connection string.
/// </summary>
public sealed class MuedException : Exception
{
    internal MuedException(string errorId, ExitCode exitCode, string message, string advice, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
        ExitCode = exitCode;
        Advice = advice;
    }

    /// <summary>A stable one-word identifier, the name of the text in the resource file.</summary>
    public string ErrorId { get; }

    /// <summary>The class of the error, and the exit code of the CLI.</summary>
    public ExitCode ExitCode { get; }

    /// <summary>What to do next.</summary>
    public string Advice { get; }

    /// <summary>The five-character SQLSTATE when the server raised the error (PostgreSQL documentation, appendix A).</summary>
    public string? SqlState { get; init; }

    /// <summary>The file at fault.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The column in <see cref="Line"/>, from 1, in UTF-16 code units.</summary>
    public int? Column { get; init; }

    /// <summary>What the error is about: a path, a migration, a host; never a secret.</summary>
    public string? TargetName { get; init; }

    /// <summary>Whether another try may succeed, where who made the error knows it; null where its cause tells.</summary>
    internal bool? PassesByItself { get; private init; }

    /// <summary>The same error with another advice, or with the knowledge whether another try may get past it.</summary>
    internal MuedException With(string? advice = null, bool? passesByItself = null) =>
        new(ErrorId, ExitCode, Message, advice ?? Advice, InnerException)
        {
            SqlState = SqlState,
            File = File,
            Line = Line,
            Column = Column,
            TargetName = TargetName,
            PassesByItself = passesByItself ?? PassesByItself,
        };
}
