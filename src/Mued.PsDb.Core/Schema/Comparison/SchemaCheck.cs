using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>One expectation compared with the catalog.</summary>
/// <param name="Kind">The kind of object: table, column, index, foreign key, enum …</param>
/// <param name="Name">The qualified name, for example public.provenance.content_id.</param>
/// <param name="Status">The result.</param>
public sealed record SchemaCheck(string Kind, string Name, CheckStatus Status)
{
    /// <summary>What was expected; null for an unexpected object.</summary>
    public string? Expected { get; init; }

    /// <summary>What the catalog holds; null for a missing object.</summary>
    public string? Actual { get; init; }

    /// <summary>What a status other than Passed means for the whole.</summary>
    public CheckSeverity Severity { get; init; } = CheckSeverity.Error;

    /// <summary>What to do; null when the check passed.</summary>
    public string? Advice { get; init; }

    /// <summary>A statement that mends the difference; null where none is certain.</summary>
    public string? SuggestedSql { get; init; }

    /// <summary>The table that the object belongs to, for grouping; null for objects without one.</summary>
    public string? Table { get; init; }

    /// <summary>
    /// The missing or unexpected object because of which this check did not pass either, as kind and name; null for a check that stands for
    /// itself.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>Whether this check makes the whole fail; what only hangs on another does not count again.</summary>
    public bool Failed => Status != CheckStatus.Passed && Severity == CheckSeverity.Error && Cause is null;

    /// <summary>Statements that may end the difference, for a trial, the least harm first.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string> Ways { get; init; } = [];

    /// <summary>Whether nothing has to give way to mend it: something is not there, or has less than expected.</summary>
    [JsonIgnore]
    internal bool OnlyLacks { get; init; }

    /// <summary>The object on which what is checked hangs; null for none but the table.</summary>
    [JsonIgnore]
    internal string? Subject { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status} {Kind} {Name}";
}
