using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Undo-MuedMigration</c>: one object a target database.</summary>
/// <inheritdoc cref="RunReport"/>
public sealed record UndoReport(RunStatus Status, string Target, string Source) : RunReport(Status, Target, Source)
{
    /// <summary>The folder of the migrations.</summary>
    public string? Path { get; init; }

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention that the folder was read by.</summary>
    public MigrationLayout? Layout { get; init; }

    /// <summary>Why it is that one; null for the bundled SQL.</summary>
    public string? LayoutReason { get; init; }

    /// <summary>The units, newest first, with what was done.</summary>
    public IReadOnlyList<UndoUnit> Units
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<UndoUnit>();

    /// <summary>The tables that vanished, or would have.</summary>
    public IReadOnlyList<LostTable> Tables
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<LostTable>();

    /// <summary>The columns that vanished, or would have, from tables that stay.</summary>
    public IReadOnlyList<LostColumn> Columns
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<LostColumn>();

    /// <summary>The tables that stay and whose rows the rollback scripts changed, or would have.</summary>
    public IReadOnlyList<ChangedTable> Changes
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<ChangedTable>();

    /// <summary>The sequences that vanished, or would have, with their states.</summary>
    public IReadOnlyList<LostSequence> Sequences
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<LostSequence>();

    /// <summary>The large objects that were unlinked or written to, or that the rows refer to that went, or would have; null when there are none.</summary>
    public LostLargeObjects? LargeObjects { get; init; }

    /// <summary>Everything of the schema that went, or would have gone: tables, their parts, comments, privileges, and what depends on them.</summary>
    public IReadOnlyList<LostObject> Objects
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<LostObject>();

    /// <summary>Objects that the migrations did not make and that CASCADE took, or would have taken.</summary>
    public IReadOnlyList<DependentObject> Dependents
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<DependentObject>();

    /// <summary>The verified copy of the rows; null when none was written.</summary>
    public BackupInfo? Backup { get; init; }

    /// <summary>
    /// Of a dry run how long others would wait for the tables, copy included; null where nothing was measured, and without a copy.
    /// </summary>
    [JsonPropertyName("expectedMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Expected { get; init; }

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
