using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What a migration did, statement by statement.</summary>
/// <param name="Name">The migration.</param>
/// <param name="File">Its file.</param>
/// <param name="Transactional">Whether it ran in one transaction; else each statement was its own.</param>
/// <param name="Statements">The statements, in order; of one that failed, those before it.</param>
public sealed record MigrationTrace(string Name, string File, bool Transactional, IReadOnlyList<StatementEvidence> Statements)
{
    /// <inheritdoc cref="MigrationTrace" path="/param[@name='Statements']"/>
    public IReadOnlyList<StatementEvidence> Statements { get; init; } = RecordList.Of(Statements);

    /// <summary>Its script.</summary>
    [JsonIgnore]
    internal SqlScript Script { get; init; } = null!;

    /// <summary>A migration of a later version that is there already; null for none.</summary>
    [JsonIgnore]
    internal string? Behind { get; init; }

    /// <summary>Whether a script takes it back.</summary>
    [JsonIgnore]
    internal bool HasUndo { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
