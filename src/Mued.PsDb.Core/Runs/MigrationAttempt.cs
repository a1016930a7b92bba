using System.Globalization;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A try of a migration that did not succeed and was followed by another, or was the last.</summary>
/// <param name="Number">The try, from 1.</param>
/// <param name="SqlState">The SQLSTATE; null when the connection broke.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="Delay">How long the run waited before the next try; null after the last.</param>
/// <param name="Blockers">Who stood in the way, as far as the role may see.</param>
public sealed record MigrationAttempt(
    int Number,
    string? SqlState,
    string Message,
    [property: JsonPropertyName("delayMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan? Delay,
    IReadOnlyList<Blocker> Blockers
)
{
    /// <inheritdoc cref="MigrationAttempt" path="/param[@name='Blockers']"/>
    public IReadOnlyList<Blocker> Blockers { get; init; } = RecordList.Of(Blockers);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}: {SqlState} {Message}");
}
