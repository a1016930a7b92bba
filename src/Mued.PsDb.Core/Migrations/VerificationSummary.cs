using System.Globalization;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The verification that ends a run.</summary>
/// <param name="Passed">Whether every check passed.</param>
/// <param name="Checks">How many checks were made.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="Failures">The failed checks.</param>
/// <param name="Expectation">What was compared: the expected-schema file, or the history alone.</param>
public sealed record VerificationSummary(bool Passed, int Checks, int Failed, IReadOnlyList<SchemaCheck> Failures, string Expectation)
{
    /// <inheritdoc cref="VerificationSummary" path="/param[@name='Failures']"/>
    public IReadOnlyList<SchemaCheck> Failures { get; init; } = RecordList.Of(Failures);

    /// <summary>Every check, for the report formats that show each; not part of the JSON, whose <c>checks</c> is their number.</summary>
    [JsonIgnore]
    public IReadOnlyList<SchemaCheck> Results { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Checks - Failed}/{Checks}");
}
