using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Import-MuedHistory</c>.</summary>
/// <param name="Status">How the run ended.</param>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public sealed record ImportReport(RunStatus Status, string Target, string Source) : RunReport(Status, Target, Source)
{
    /// <summary>The tool whose history was read.</summary>
    public string? Tool { get; init; }

    /// <summary>Its table, which was left as it was.</summary>
    public string? Table { get; init; }

    /// <summary>Our history table as schema.table.</summary>
    public string? HistoryTable { get; init; }

    /// <summary>The folder of the migrations.</summary>
    public string? Path { get; init; }

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention that the folder was read by.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>The migrations of the folder, in order.</summary>
    public IReadOnlyList<ImportedMigration> Migrations
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<ImportedMigration>();

    /// <summary>What the other history has, and the folder has not.</summary>
    public IReadOnlyList<string> Missing
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();
}
