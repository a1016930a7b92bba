using System.Text.RegularExpressions;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Gives sequences that scripts may set new files, which go with a rollback: what setval does to the old file stays done (PostgreSQL manual,
/// Sequence Manipulation Functions). ALTER SEQUENCE does so even where it changes nothing, and holds off others meanwhile. Which sequences are
/// meant is guessed from the names in the text, and in the bodies of the functions that it calls, of sequences or of the tables whose columns
/// own them. What is missed is found afterwards (<see cref="ExposedSequences"/>).
/// </summary>
internal static partial class SequenceShield
{
    // What a body calls, however deep; and what it names like the texts do, in literals, where it sets any.
    private const string Called = """
        SELECT p.oid, p.prosrc FROM jsonb_array_elements_text({0}::jsonb) AS v
        JOIN pg_proc AS p ON p.oid >= 16384 AND p.proname IN (v::name, lower(v)::name)
        UNION
        SELECT p.oid, p.prosrc FROM called AS c
        CROSS JOIN regexp_matches(c.prosrc, '([[:alpha:]_][[:alnum:]_$]*)"?\s*\(', 'g') AS m
        JOIN pg_proc AS p ON p.oid >= 16384 AND p.proname IN (m[1]::name, lower(m[1])::name)
        """;

    private const string Named = """
        SELECT v ->> 0, v ->> 1 FROM jsonb_array_elements({0}::jsonb) AS v
        UNION
        SELECT CASE cardinality(i) WHEN 2 THEN i[1] ELSE '' END, i[cardinality(i)] FROM called AS c
        CROSS JOIN regexp_matches(c.prosrc, '''((?:(?:[[:alpha:]_][[:alnum:]_$]*|"(?:[^"]|"")+")\.)?(?:[[:alpha:]_][[:alnum:]_$]*|"(?:[^"]|"")+"))''', 'g') AS m
        CROSS JOIN parse_ident(m[1]) AS i
        WHERE c.prosrc ~* '\msetval\M'
        """;

    /// <summary>What comes before the scripts; nothing where none calls anything.</summary>
    public static IEnumerable<BatchStep> Before(IReadOnlyList<MigrationFile> scripts)
    {
        var names = scripts
            .Where(script => script.Sql.Text.HasWord("setval"))
            .SelectMany(script => script.Sql.Statements.Select(script.Sql.TextOf))
            .Where(text => Setting().IsMatch(text))
            .SelectMany(text => Name().Matches(text).Select(match => match.Groups[1].Value))
            .Select(name => StatementReader.ParseName(name) is var (schema, last) ? new ObjectName(schema ?? "", last) : default)
            .Distinct()
            .ToList();

        var calls = scripts
            .SelectMany(script => Call().Matches(script.Sql.Text).Select(match => match.Groups[1].Value))
            .Distinct()
            .ToList();

        // A name without a schema is looked for as the session does: one more would hold off another tenant, who has it too.
        var meant = scripts.Any(script => script.Sql.Text.HasWord("search_path")) ? "true" : $"t.oid = {SessionGuard.Relation("v.name")}";
        return calls.Count == 0
            ? []
            :
            [
                // The server cannot know how few functions are called: to compile the query takes a thousand times as long as to run it.
                "SELECT set_config('mued.jit', current_setting('jit'), true), set_config('jit', 'off', true)",
                SqlLoop.Over(
                    $"""
                    WITH RECURSIVE called AS ({Given(Called, JsonText.Of(calls))}), v (schema, name) AS ({Given(Named, JsonText.Of(names))})
                    SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name, q.seqincrement
                    FROM v
                    JOIN pg_class AS t ON t.relname = v.name
                    JOIN pg_namespace AS s ON s.oid = t.relnamespace AND (v.schema = s.nspname OR v.schema = '' AND {meant})
                    JOIN pg_class AS c ON c.relkind = 'S' AND c.relpersistence <> 't' AND pg_has_role(c.relowner, 'USAGE') AND (c.oid = t.oid
                        OR EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.deptype IN ('a', 'i')))
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    JOIN pg_sequence AS q ON q.seqrelid = c.oid
                    ORDER BY 1
                    """,
                    "EXECUTE format('ALTER SEQUENCE %s INCREMENT BY %s', item.name, item.seqincrement);"
                ),
                "SELECT set_config('jit', current_setting('mued.jit'), true)",
            ];
    }

    private static string Given(string query, string json) => query.Replace("{0}", SqlString.Literal(json), StringComparison.Ordinal);

    [GeneratedRegex(@"([\p{L}_][\p{L}\p{Nd}_$]*)""?\s*\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"\bsetval\b", RegexOptions.IgnoreCase)]
    private static partial Regex Setting();

    [GeneratedRegex("""'((?:(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+")\.)?(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+"))'""")]
    private static partial Regex Name();
}
