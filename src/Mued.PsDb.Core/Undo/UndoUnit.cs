using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A rollback script and the migrations that it takes back.</summary>
/// <param name="Version">The script's version as its name writes it.</param>
/// <param name="Name">The script's base name.</param>
/// <param name="Migrations">The applied migrations that it takes back, newest first; empty when the history records none.</param>
/// <param name="Status">What was done.</param>
public sealed record UndoUnit(string Version, string Name, IReadOnlyList<string> Migrations, UndoStatus Status)
{
    /// <inheritdoc cref="UndoUnit" path="/param[@name='Migrations']"/>
    public IReadOnlyList<string> Migrations { get; init; } = RecordList.Of(Migrations);

    /// <summary>The script's full path.</summary>
    public string? File { get; init; }

    /// <summary>How many SQL statements the script holds.</summary>
    public int Statements { get; init; }

    /// <summary>How long the script ran.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Status})";
}
