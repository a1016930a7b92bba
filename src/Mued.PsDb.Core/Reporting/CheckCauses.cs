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
        var missing = remarkable
            .Where(check => check.Status == CheckStatus.Missing && check.Name == check.Table)
            .Select(check => check.Name);
        var tables = missing.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. remarkable
                .GroupBy(check => KeyOf(check, tables, sound))
                .Select(group => Cause(group.Key, [.. group]))
                .OrderBy(cause => !cause.Failed),
        ];
    }

    // Of a schema in which something passed, each table counts for itself; what belongs to no missing table, by itself.
    private static object KeyOf(SchemaCheck check, HashSet<string> tables, HashSet<string?> sound)
    {
        if (SchemaOf(check) is { } schema && check.Status is CheckStatus.Missing or CheckStatus.Unchecked && !sound.Contains(schema))
            return (schema, "");
        return check.Table is { } table && tables.Contains(table) ? table : check;
    }

    private static SchemaCheck Cause(object key, IReadOnlyList<SchemaCheck> group)
    {
        var cause = group[0];
        if (group.Count == 1)
            return cause;
        if (key is (string schema, _) && group.Select(check => check.Table ?? check.Name).Distinct().Count() > 1)
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
