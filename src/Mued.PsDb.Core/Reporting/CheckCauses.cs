using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>
/// What a person is told of checks that did not pass: one line a cause. A table that is missing lacks its columns too, and a schema of which
/// nothing is there lacks all of its tables; what follows from a cause is counted with it.
/// </summary>
internal static partial class CheckCauses
{
    /// <summary>The causes among some checks, those that make the whole fail first.</summary>
    public static IReadOnlyList<SchemaCheck> Of(IReadOnlyList<SchemaCheck> checks)
    {
        var remarkable = checks.Where(check => check.Status != CheckStatus.Passed).ToList();
        if (remarkable.Count == 0)
            return [];
        var sound = checks.Where(check => check.Status == CheckStatus.Passed).Select(SchemaOf).ToHashSet();
        var roots = remarkable.Where(check => check.Cause is null).ToLookup(NameOf);
        return
        [
            .. remarkable
                .GroupBy(check => KeyOf(roots[check.Cause ?? ""].FirstOrDefault(check), sound))
                .Select(group => Cause(group.Key.EmptySchema, [.. group]))
                .OrderBy(cause => !cause.Failed),
        ];
    }

    // Of a schema in which something passed, each cause counts for itself.
    private static (string? EmptySchema, string Cause) KeyOf(SchemaCheck check, HashSet<string?> sound)
    {
        var ofMissingSchema = check.Cause?.StartsWith("schema ", StringComparison.Ordinal) == true;
        if (
            !ofMissingSchema
            && SchemaOf(check) is { } schema
            && check.Status is CheckStatus.Missing or CheckStatus.Unchecked
            && !sound.Contains(schema)
        )
            return (schema, "");
        return (null, check.Cause ?? NameOf(check));
    }

    private static string NameOf(SchemaCheck check) => $"{check.Kind} {check.Name}";

    private static SchemaCheck Cause(string? emptySchema, IReadOnlyList<SchemaCheck> group)
    {
        var cause = group.FirstOrDefault(check => check.Cause is null) ?? group[0];
        if (group.Count == 1)
            return cause;
        if (emptySchema is { } schema && group.Count(check => check.Cause is null) > 1)
            return cause with
            {
                Kind = "schema",
                Name = schema,
                Table = null,
                Expected = null,
                Advice = Texts.Get("SchemaIsEmpty", group.Count),
                SuggestedSql = null,
            };
        return cause with { Advice = $"{cause.Advice} {Texts.Get("CheckConsequences", group.Count - 1)}".TrimStart() };
    }

    private static string? SchemaOf(SchemaCheck check) =>
        check.Table is not null || check.Kind is "enum" or "domain" or "sequence" or "function"
            ? SchemaPart().Match(check.Table ?? check.Name) is { Success: true } match
                ? match.Groups[1].Value
                : null
            : null;

    [GeneratedRegex("""^("(?:[^"]|"")+"|[^".]+)\.""")]
    private static partial Regex SchemaPart();
}
