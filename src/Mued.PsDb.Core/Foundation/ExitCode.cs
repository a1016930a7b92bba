namespace Mued.PsDb;

/// <summary>The process exit codes of <c>mued-psdb</c>, and the outcome class of every <see cref="MuedException"/>.</summary>
public enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Done = 0,

    /// <summary>A check failed: the schema, the data or the connection is not as expected.</summary>
    CheckFailed = 1,

    /// <summary>Wrong usage or configuration: nothing was executed.</summary>
    Usage = 2,

    /// <summary>No connection to the server.</summary>
    NoConnection = 3,

    /// <summary>A migration or an undo failed and was rolled back.</summary>
    MigrationFailed = 4,

    /// <summary>What was asked for was done, and its report could not be written.</summary>
    ReportUnwritten = 5,

    /// <summary>Cancelled by the user.</summary>
    Cancelled = 130,
}
