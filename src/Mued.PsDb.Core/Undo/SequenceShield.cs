using System.Text.RegularExpressions;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Gives sequences that scripts may set new files, which go with a rollback: what setval does to the old file stays done (PostgreSQL manual,
/// Sequence Manipulation Functions). ALTER SEQUENCE does so even where it changes nothing, and holds off others meanwhile. Which sequences are
/// meant is guessed from the names in the text, and in the bodies of the functions that it calls, of sequences or of the tables whose columns
/// own them. A name without a schema is looked for as the session does: one more would hold off another tenant, who has it too. What is missed is
/// found afterwards (<see cref="SequenceWatch"/>).
/// </summary>
internal static partial class SequenceShield
{
    // With no backslash, which a literal may take for an escape.
    private const string NamePattern =
        """((?:(?:[[:alpha:]_][[:alnum:]_$]*|"(?:[^"]|"")+")[.])?(?:[[:alpha:]_][[:alnum:]_$]*|"(?:[^"]|"")+"))""";

    // What is called, however deep; and what bodies name like the texts do, in literals, where they set any.
    private const string Called = $$"""
        SELECT p.oid, p.prosrc FROM jsonb_array_elements({0}::jsonb) AS v
        JOIN pg_proc AS p ON p.oid >= 16384 AND p.proname = (v ->> 1)::name
        JOIN pg_namespace AS n ON n.oid = p.pronamespace AND (n.nspname = v ->> 0 OR v ->> 0 = '' AND n.nspname = ANY ({1}))
        UNION
        SELECT p.oid, p.prosrc FROM called AS c
        CROSS JOIN regexp_matches(c.prosrc, '{{NamePattern}}[[:space:]]*[(]', 'g') AS m
        CROSS JOIN parse_ident(m[1]) AS i
        JOIN pg_proc AS p ON p.oid >= 16384 AND p.proname = i[cardinality(i)]::name
        JOIN pg_namespace AS n ON n.oid = p.pronamespace AND n.nspname = ANY (CASE cardinality(i) WHEN 2 THEN ARRAY[i[1]::name] ELSE {1} END)
        """;

    private const string Named = $$"""
        SELECT v ->> 0, v ->> 1 FROM jsonb_array_elements({0}::jsonb) AS v
        UNION
        SELECT CASE cardinality(i) WHEN 2 THEN i[1] ELSE '' END, i[cardinality(i)] FROM called AS c
        CROSS JOIN regexp_matches(c.prosrc, '''{{NamePattern}}''', 'g') AS m
        CROSS JOIN parse_ident(m[1]) AS i
        WHERE c.prosrc ~* '[[:<:]]setval[[:>:]]'
        """;

    /// <summary>What comes before the scripts; nothing where none calls anything.</summary>
    public static IEnumerable<BatchStep> Before(IReadOnlyList<MigrationFile> scripts)
    {
        var calls = scripts.SelectMany(script => Names(Call(), script.Sql.Text)).Distinct().ToList();
        if (calls.Count == 0)
            return [];
        var names = Statements(scripts, "setval").SelectMany(text => Names(Literal(), text)).Distinct().ToList();

        // A script with a path of its own may mean each schema that stands there.
        var path = Statements(scripts, "search_path").SelectMany(text => Names(Word(), text)).Select(name => name.Name).Distinct().ToList();
        var schemas =
            path.Count == 0
                ? SessionGuard.Schemas
                : $"{SessionGuard.Schemas} || ARRAY(SELECT jsonb_array_elements_text({SqlString.Literal(JsonText.Of(path))}::jsonb)::name)";
        var meant = path.Count == 0 ? $"t.oid = {SessionGuard.Relation("v.name")}" : $"s.nspname = ANY ({schemas})";
        return
        [
            // The server cannot know how few functions are called: to compile the query takes a thousand times as long as to run it.
            "SELECT set_config('mued.jit', current_setting('jit'), true), set_config('jit', 'off', true)",
            SqlLoop.Over(
                $"""
                WITH RECURSIVE called AS ({Given(Called, calls, schemas)}), v (schema, name) AS ({Given(Named, names, schemas)})
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

    private static string Given(string query, IEnumerable<ObjectName> names, string schemas) =>
        query
            .Replace("{1}", schemas, StringComparison.Ordinal)
            .Replace("{0}", SqlString.Literal(JsonText.Of(names)), StringComparison.Ordinal);

    private static IEnumerable<string> Statements(IReadOnlyList<MigrationFile> scripts, string word) =>
        scripts
            .Where(script => script.Sql.Text.HasWord(word))
            .SelectMany(script => script.Sql.Statements.Select(script.Sql.TextOf))
            .Where(text => text.HasWord(word));

    private static IEnumerable<ObjectName> Names(Regex pattern, string text) =>
        pattern
            .Matches(text)
            .Select(match => StatementReader.ParseName(match.Groups[1].Value))
            .Select(name => new ObjectName(name.Schema ?? "", name.Name));

    [GeneratedRegex("""((?:(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+")\.)?(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+"))\s*\(""")]
    private static partial Regex Call();

    [GeneratedRegex("""'((?:(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+")\.)?(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+"))'""")]
    private static partial Regex Literal();

    [GeneratedRegex("""([\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+")""")]
    private static partial Regex Word();
}
