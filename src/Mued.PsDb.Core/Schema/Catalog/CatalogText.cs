using System.Text;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>
/// The one place that makes what PostgreSQL 14 to 18 print about one object the same text. The search path of
/// <see cref="SessionGuard"/> already makes every version print names with their schema.
/// </summary>
internal static class CatalogText
{
    /// <summary>
    /// SQL for the value of an option or setting: masked where its name says that it may be a secret, for a snapshot is made to be committed.
    /// </summary>
    /// <param name="name">SQL for the name.</param>
    /// <param name="value">SQL for the value.</param>
    public static string Masked(string name, string value) =>
        $"CASE WHEN {name} ~* 'pass|secret|token|credential|.key' THEN '***' ELSE {value} END";

    /// <summary>SQL for options of foreign data as an array of <c>name=value</c>, with what may be a secret masked.</summary>
    /// <param name="options">SQL for the array, as the catalogs keep it.</param>
    public static string MaskedOptions(string options) =>
        $"(SELECT array_agg(concat(x.option_name, '=', {Masked("x.option_name", "x.option_value")})) FROM pg_options_to_table({options}) AS x)";

    /// <summary>SQL for the same options as a statement gives them; null where there are none.</summary>
    /// <param name="options">SQL for the array, as the catalogs keep it.</param>
    public static string OptionsClause(string options) =>
        $"' OPTIONS (' || (SELECT string_agg(format('%I %L', x.option_name, {Masked("x.option_name", "x.option_value")}), ', ' ORDER BY x.option_name)"
        + $" FROM pg_options_to_table({options}) AS x) || ')'";

    /// <summary>Function bodies keep the line ends of the file that made them; a checkout on Windows must not look like a change.</summary>
    public static string Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');

    /// <summary>NOT VALID is told by pg_constraint.convalidated.</summary>
    public static string Constraint(string definition) =>
        definition.EndsWith(" NOT VALID", StringComparison.Ordinal) ? definition[..^" NOT VALID".Length] : definition;

    /// <summary>
    /// Up to version 15 a query over one table prints its columns with the table's name, from 16 on without: the qualifier is dropped
    /// where it is redundant. Lines are trimmed, because the versions indent differently.
    /// </summary>
    public static string Query(string definition)
    {
        var lines = Lines(definition).Split('\n').Select(line => line.Trim());
        var text = string.Join('\n', lines);
        var qualifier = OnlyRelation(text);
        return qualifier is null ? text : WithoutQualifier(text, qualifier + ".");
    }

    /// <summary>The name under which the only relation of a simple query is known; null when there are several, or a subquery.</summary>
    private static string? OnlyRelation(string query)
    {
        const string from = "\nFROM ";
        var start = query.IndexOf(from, StringComparison.Ordinal);
        if (start < 0 || !query.StartsWith("SELECT ", StringComparison.Ordinal))
            return null;
        var end = query.IndexOf('\n', start + from.Length);
        var item = query[(start + from.Length)..(end < 0 ? query.Length : end)].TrimEnd(';');
        if (
            query.IndexOf("SELECT", 1, StringComparison.Ordinal) > 0
            || item.AsSpan().IndexOfAny("(),") >= 0
            || query.Contains(" JOIN ", StringComparison.Ordinal)
            || query.Contains("\nJOIN ", StringComparison.Ordinal)
        )
        {
            return null;
        }

        var space = item.LastIndexOf(' ');
        if (space >= 0)
            return item[(space + 1)..];
        var dot = item.LastIndexOf('.');
        return item[(dot + 1)..];
    }

    private static string WithoutQualifier(string query, string qualifier)
    {
        var result = new StringBuilder(query.Length);
        var quote = '\0';
        for (var i = 0; i < query.Length; i++)
        {
            var c = query[i];
            if (
                quote == '\0'
                && query.AsSpan(i).StartsWith(qualifier, StringComparison.Ordinal)
                && (i == 0 || query[i - 1] is ' ' or '(' or '\n' or '[' or '-')
            )
            {
                i += qualifier.Length - 1;
                continue;
            }

            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '\'' or '"')
                quote = c;
            result.Append(c);
        }

        return result.ToString();
    }
}
