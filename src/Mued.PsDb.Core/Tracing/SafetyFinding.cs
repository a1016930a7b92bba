using System.Globalization;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>Something that a migration would do to a database at work.</summary>
/// <param name="Rule">The rule, one of <see cref="SafetyRules"/>.</param>
/// <param name="Severity">How grave it is here.</param>
/// <param name="Migration">The migration.</param>
/// <param name="File">Its file.</param>
/// <param name="Message">What happens, in one sentence.</param>
public sealed record SafetyFinding(
    string Rule,
    [property: JsonConverter(typeof(KindConverter<FindingSeverity>))] FindingSeverity Severity,
    string Migration,
    string File,
    string Message
)
{
    /// <summary>The statement's line, from 1; null for a finding about the whole file.</summary>
    public int? Line { get; init; }

    /// <summary>Its column, from 1.</summary>
    public int? Column { get; init; }

    /// <summary>The statement's text, cut where it is long.</summary>
    public string? Statement { get; init; }

    /// <summary>The relation, schema-qualified.</summary>
    public string? Relation { get; init; }

    /// <summary>What the server showed.</summary>
    public FindingEvidence Evidence { get; init; } = new();

    /// <summary>Who waits.</summary>
    [JsonConverter(typeof(KindConverter<Blocking>))]
    public Blocking Blocks { get; init; }

    /// <summary>How long, by what this server showed; null where nothing was measured.</summary>
    [JsonPropertyName("estimatedMs")]
    public double? EstimatedMilliseconds { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Advice { get; init; }

    /// <summary>The statements of the form that does not block, a file each; none where there is no such form, or it was not proven.</summary>
    public IReadOnlyList<string> Rewrite
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Whether that form was run in a sandbox, made the same schema, and had no such finding.</summary>
    public bool Proven { get; init; }

    /// <summary>Whether it makes a test fail.</summary>
    /// <param name="failOn">From which severity on findings do.</param>
    /// <returns>Whether it is as grave.</returns>
    public bool Fails(FindingSeverity failOn) => Severity <= failOn;

    /// <summary>The statement's number in its file, from 1; 0 for the whole file.</summary>
    [JsonIgnore]
    internal int Number { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Severity} {Rule} {Migration}:{Line}");
}
