using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>
/// The outcome of <c>Restore-MuedBackup</c>. An error with <see cref="ExitCode.CheckFailed"/> means that rows were rejected and the others
/// are loaded; with any other code nothing was loaded.
/// </summary>
/// <inheritdoc cref="RunReport"/>
public sealed record RestoreReport(RunStatus Status, string Target, string Source) : RunReport(Status, Target, Source)
{
    /// <summary>The full path of the backup's folder.</summary>
    public string? Path { get; init; }

    /// <summary>What became of the rows, one entry a file, in the order of loading.</summary>
    public IReadOnlyList<RestoredTable> Tables
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RestoredTable>();

    /// <summary>What became of the sequences.</summary>
    public IReadOnlyList<RestoredSequence> Sequences
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RestoredSequence>();

    /// <summary>What became of the large objects; null when the backup has none.</summary>
    public RestoredLargeObjects? LargeObjects { get; init; }

    /// <summary>What became of everything else that went: objects, parts of tables, comments, privileges, owners.</summary>
    public IReadOnlyList<RestoredObject> Objects
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RestoredObject>();

    /// <summary>How many rows were loaded or overwritten.</summary>
    public long Loaded => Tables.Sum(table => table.Loaded);

    /// <summary>How many rows were left out because they exist.</summary>
    public long Skipped => Tables.Sum(table => table.Skipped);

    /// <summary>How many rows are not as they were before the undo, because others have written them since.</summary>
    public long Conflicting => Tables.Sum(table => table.Conflicting);

    /// <summary>How many rows were left out because the database does not take them.</summary>
    public long Rejected => Tables.Sum(table => table.Rejected);

    /// <summary>The tries that failed, in order.</summary>
    public IReadOnlyList<MigrationAttempt> Attempts
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<MigrationAttempt>();

    /// <summary>Notices and warnings of the server.</summary>
    public IReadOnlyList<ServerNotice> Notices
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<ServerNotice>();
}
