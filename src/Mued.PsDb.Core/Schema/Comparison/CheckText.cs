using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The text of a check constraint, <c>CHECK ((a > 0)) NO INHERIT</c>.</summary>
internal static class CheckText
{
    private const string Start = "CHECK ";

    /// <summary>A query that says the same; null for constraints of other kinds.</summary>
    /// <param name="check">The constraint.</param>
    /// <param name="from">What its columns are those of.</param>
    public static string? QueryOf(ConstraintSnapshot check, string from)
    {
        var end = check.Definition.LastIndexOf(')') + 1;
        return check.Kind == ConstraintKind.Check && check.Definition.StartsWith(Start, StringComparison.Ordinal) && end > Start.Length
            ? $"SELECT {check.Definition[Start.Length..end]} AS x, {SqlString.Literal(check.Definition[end..])} AS rest FROM {from}"
            : null;
    }
}
