namespace Mued.PsDb.Inspection;

/// <summary>A row of the history table that counts: the migration has not been undone since.</summary>
/// <param name="Migration">The migration's name.</param>
/// <param name="Version">Its version as written.</param>
/// <param name="Kind"><c>migration</c>, or <c>baseline</c> when it was recorded without being run.</param>
/// <param name="RunId">The run that wrote it.</param>
/// <param name="TextChecksum">SHA-256 of the text; see <see cref="SqlScript.TextChecksum"/>.</param>
/// <param name="SqlChecksum">SHA-256 of the SQL; see <see cref="SqlScript.SqlChecksum"/>.</param>
/// <param name="Statements">How many statements the file held.</param>
/// <param name="StatementsDone">How many of them are done.</param>
/// <param name="Runner">The host and process that ran it.</param>
/// <param name="AppliedBy">The role that ran it.</param>
/// <param name="StartedAt">When it began, on the server's clock.</param>
/// <param name="FinishedAt">When it was complete; null while it is not.</param>
/// <param name="Leased">Whether a runner at work holds it (non-transactional migrations only).</param>
internal sealed record HistoryRow(
    string Migration,
    string Version,
    string Kind,
    Guid RunId,
    string TextChecksum,
    string SqlChecksum,
    int Statements,
    int StatementsDone,
    string Runner,
    string AppliedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    bool Leased
)
{
    /// <summary>
    /// The transactions in which it ran, by their 64-bit ids (pg_current_xact_id), and those that completed or amended the row. What a
    /// subtransaction or a statement outside a transaction did has another id; of a plan's run those are here with which it changed a table of
    /// a later migration. Empty where none is known: of a baseline, of a row of format 1, and in a history that was copied to this server.
    /// </summary>
    public IReadOnlyList<ulong> TransactionIds { get; init; } = [];

    /// <summary>The name that the migration had when it was applied; null when it is the same.</summary>
    public string? RenamedFrom { get; init; }

    /// <summary>The last statement, from 1, of which nobody can tell whether it is done until the journal says so; zero for none.</summary>
    public int StatementBegun { get; init; }

    /// <summary>Whether the run that was interrupted may have done the statement behind those that are done.</summary>
    public bool InDoubt => !Applied && StatementBegun > StatementsDone;

    /// <summary>Whether the migration is complete.</summary>
    public bool Applied => FinishedAt is not null;
}
