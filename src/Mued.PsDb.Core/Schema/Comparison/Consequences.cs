using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>
/// What is missing, or unexpected, because something else is: the columns of a table, who owns it, what a schema holds. A cause is one
/// failure, however much hangs on it.
/// </summary>
internal static class Consequences
{
    /// <summary>The checks, each that hangs on another with its cause.</summary>
    public static IReadOnlyList<SchemaCheck> Mark(IReadOnlyList<SchemaCheck> checks)
    {
        // The first of a name: a table comes before what it has.
        var lost = new Dictionary<(bool Missing, string Name), SchemaCheck>();
        foreach (var check in checks.Where(check => check.Status is CheckStatus.Missing or CheckStatus.Unexpected && IsObject(check)))
            lost.TryAdd((check.Status == CheckStatus.Missing, ObjectOf(check.Name)), check);
        return lost.Count == 0 ? checks : [.. checks.Select(check => RootOf(check, lost) is { } root ? Marked(check, root) : check)];
    }

    /// <summary>The name of an object without its arguments, which pg_identify_object prints otherwise than a definition does.</summary>
    public static string ObjectOf(string name) => name.IndexOf('(', StringComparison.Ordinal) is var end and > 0 ? name[..end] : name;

    private static SchemaCheck Marked(SchemaCheck check, SchemaCheck root)
    {
        var cause = $"{root.Kind} {root.Name}";
        return check with { Cause = cause, Advice = Texts.Get("Check.HangsOn", cause), SuggestedSql = null };
    }

    private static SchemaCheck? RootOf(SchemaCheck check, Dictionary<(bool, string), SchemaCheck> lost)
    {
        if (check.Status is CheckStatus.Passed or CheckStatus.Different)
            return null;
        string?[] holders =
        [
            IsTable(check) ? null : check.Table,
            check.Subject,
            check.Subject is { } subject ? ObjectName.SplitLast(subject).Qualifier : null,
            check.Table is null || IsTable(check) ? ObjectName.FirstOf(check.Name) : null,
        ];
        foreach (var holder in holders)
        {
            var key = (check.Status != CheckStatus.Unexpected, ObjectOf(holder ?? ""));
            if (holder is not null && lost.GetValueOrDefault(key) is { } other && other != check)
                return RootOf(other, lost) ?? other;
        }

        return null;
    }

    private static bool IsTable(SchemaCheck check) => check.Table == check.Name && IsObject(check);

    // An owner, a privilege, a comment, a row are told of an object and are none.
    private static bool IsObject(SchemaCheck check) =>
        check.Kind is not ("privileges" or "row security" or "column order" or "seed row" or "expectation" or ForbiddenConstraints.Kind)
        && !check.Kind.EndsWith(" owner", StringComparison.Ordinal)
        && !check.Kind.EndsWith(" comment", StringComparison.Ordinal);
}
