using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Inspection;

/// <summary>
/// What the catalogs say of the table under the history's name. Exactly-once stands on it: on its index, and on nothing coming between a
/// row and its being written and read.
/// </summary>
internal sealed class HistoryFitness
{
    private readonly bool plain;
    private readonly bool rowSecurity;
    private readonly bool indexed;
    private readonly string[] columns;
    private readonly string[] triggers;
    private readonly string[] rules;

    private HistoryFitness(NpgsqlDataReader reader)
    {
        Exists = reader.GetBoolean(0);
        plain = reader.GetBoolean(1);
        rowSecurity = reader.GetBoolean(2);
        Format = reader.GetInt32(3);
        columns = reader.GetFieldValue<string[]>(4);
        indexed = reader.GetBoolean(5);
        triggers = reader.GetFieldValue<string[]>(6);
        rules = reader.GetFieldValue<string[]>(7);
    }

    /// <summary>Whether there is anything under that name.</summary>
    public bool Exists { get; }

    /// <summary>The greatest format that a row names; 1 where the table has none.</summary>
    public int Format { get; }

    /// <summary>
    /// Whether a relation is a table of its own that keeps what is committed, and is not closed to this role in part: only then is it read.
    /// </summary>
    /// <param name="oid">An expression for the relation.</param>
    public static string Readable(string oid) => $"({Plain(oid)} AND NOT row_security_active({oid}))";

    /// <summary>The columns of a relation, as an array of their descriptions.</summary>
    /// <param name="oid">An expression for the relation.</param>
    public static string Columns(string oid) =>
        $"""
            ARRAY(SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN '{HistoryColumn.NotNull}' ELSE '' END
                || CASE WHEN a.atthasdef OR a.attidentity <> '' THEN '{HistoryColumn.Default}' ELSE '' END
                FROM pg_attribute AS a WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
            """;

    /// <summary>
    /// The query; it travels behind the block that reads the rows, which has put the greatest format that a row names into mued.format.
    /// </summary>
    public static string Query(string oid) =>
        $"""
            SELECT {oid} IS NOT NULL, coalesce({Plain(oid)}, false), coalesce(row_security_active({oid}), false),
                current_setting('mued.format')::integer, {Columns(oid)},
                EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attname = 'migration'
                    WHERE i.indrelid = {oid} AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnatts = 1
                        AND i.indkey[0] = a.attnum AND pg_get_expr(i.indpred, i.indrelid) = '(undone_at IS NULL)'),
                ARRAY(SELECT tgname::text FROM pg_trigger WHERE tgrelid = {oid} AND NOT tgisinternal AND tgenabled <> 'D' ORDER BY 1),
                ARRAY(SELECT rulename::text FROM pg_rewrite WHERE ev_class = {oid} AND ev_enabled <> 'D' ORDER BY 1)
            """;

    /// <summary>Reads the query's result set, on which the reader must stand, and leaves the reader on it.</summary>
    public static async Task<HistoryFitness> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(reader);
    }

    /// <summary>Makes sure that the table is fit to be the history.</summary>
    /// <exception cref="MuedException">It is not; the advice says how to mend it (exit code 2).</exception>
    public void Ensure(HistoryTable history)
    {
        var name = history.Name;
        if (!Exists)
            return;
        if (!plain)
            throw Texts.Usage("HistoryNotTable", name);
        if (rowSecurity)
            throw Texts.Usage("HistoryRowSecurity", name);
        if (Format > HistoryTable.Format)
            throw Texts.Usage("HistoryNewer", name, Format, HistoryTable.Format);
        var missing = HistoryColumn.Of(Format).Select(column => column.Description).Except(columns, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            throw Texts.Usage("HistoryColumns", name, string.Join("; ", missing));

        // Another runner may have brought the table up since its rows were read.
        var unfilled = columns
            .Where(column => column.EndsWith(HistoryColumn.NotNull, StringComparison.Ordinal))
            .Except(HistoryColumn.All.Select(column => column.Description), StringComparer.Ordinal)
            .ToList();
        if (unfilled.Count > 0)
            throw Texts.Usage("HistoryForeignColumns", name, string.Join("; ", unfilled));
        if (!indexed)
            throw Texts.Usage("HistoryIndexMissing", name, history.CreateIndex());
        if (triggers.Length > 0)
            throw Texts.Usage("HistoryTriggers", name, Quoted(triggers), SqlIdentifier.Quote(triggers[0]));
        if (rules.Length > 0)
            throw Texts.Usage("HistoryRules", name, Quoted(rules), SqlIdentifier.Quote(rules[0]));
    }

    private static string Quoted(string[] names) => string.Join(", ", names.Select(SqlIdentifier.Quote));

    // A table that is emptied by a crash, or shares its rows with others, is no memory.
    private static string Plain(string oid) =>
        $"""
            (SELECT c.relkind = 'r' AND c.relpersistence = 'p' AND NOT EXISTS (SELECT FROM pg_inherits AS h WHERE {oid} IN (h.inhparent, h.inhrelid))
                FROM pg_class AS c WHERE c.oid = {oid})
            """;
}
