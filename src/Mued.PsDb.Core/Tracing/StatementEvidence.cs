using System.Globalization;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What one statement of a migration did, as the server showed it before and after.</summary>
/// <param name="Number">The statement's number in its file, from 1.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">Its column, from 1.</param>
/// <param name="Command">The command, as PostgreSQL's command tags have it.</param>
public sealed record StatementEvidence(int Number, int Line, int Column, string Command)
{
    /// <summary>Whether it ran in a transaction and was looked at from inside; else only what it left in the catalog is known.</summary>
    public bool Traced { get; init; } = true;

    /// <summary>When it began, after the beginning of its transaction.</summary>
    [JsonPropertyName("offsetMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Offset { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>Bytes of WAL written meanwhile, by others too; null where it was not looked at.</summary>
    public long? WalBytes { get; init; }

    /// <summary>Whether the duration tells something: it ran on the database itself, with its rows.</summary>
    [JsonIgnore]
    internal bool Measured { get; init; }

    /// <summary>What it did to relations that were there before.</summary>
    public IReadOnlyList<RelationEvidence> Relations
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RelationEvidence>();

    /// <summary>What it changed in the catalog.</summary>
    public IReadOnlyList<CatalogChange> Changes
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<CatalogChange>();

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Command}");
}
