using System.Text.RegularExpressions;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Gives sequences that scripts may set new files, which go with a rollback: what setval does to the old file stays done (PostgreSQL manual,
/// Sequence Manipulation Functions). ALTER SEQUENCE does so even where it changes nothing, and holds off others meanwhile. Which sequences are
/// meant is guessed from the names in the text, of sequences or of the tables whose columns own them.
/// </summary>
internal static partial class SequenceShield
{
    /// <summary>What comes before the scripts; nothing where none mentions setval.</summary>
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

        // A name without a schema is looked for as the session does: one more would hold off another tenant, who has it too.
        var meant = scripts.Any(script => script.Sql.Text.HasWord("search_path")) ? "true" : $"t.oid = {SessionGuard.Relation("v ->> 1")}";
        return names.Count == 0
            ? []
            :
            [
                SqlLoop.Over(
                    $"""
                    SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name, q.seqincrement
                    FROM jsonb_array_elements({SqlString.Literal(JsonText.Of(names))}::jsonb) AS v
                    JOIN pg_class AS t ON t.relname = v ->> 1
                    JOIN pg_namespace AS s ON s.oid = t.relnamespace AND (v ->> 0 = s.nspname OR v ->> 0 = '' AND {meant})
                    JOIN pg_class AS c ON c.relkind = 'S' AND c.relpersistence <> 't' AND pg_has_role(c.relowner, 'USAGE') AND (c.oid = t.oid
                        OR EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.deptype IN ('a', 'i')))
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    JOIN pg_sequence AS q ON q.seqrelid = c.oid
                    ORDER BY 1
                    """,
                    "EXECUTE format('ALTER SEQUENCE %s INCREMENT BY %s', item.name, item.seqincrement);"
                ),
            ];
    }

    [GeneratedRegex(@"\bsetval\b", RegexOptions.IgnoreCase)]
    private static partial Regex Setting();

    [GeneratedRegex("""'((?:(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+")\.)?(?:[\p{L}_][\p{L}\p{Nd}_$]*|"(?:[^"]|"")+"))'""")]
    private static partial Regex Name();
}
