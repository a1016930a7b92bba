using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Inspection;

/// <summary>A table that may be the history of another tool, by its name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The names of its columns.</param>
internal sealed record ForeignTable(ObjectName Name, IReadOnlyList<string> Columns)
{
    /// <summary>The query, for a batch.</summary>
    /// <param name="names">The names that are looked for.</param>
    public static string Query(IEnumerable<string> names) =>
        $"""
            SELECT n.nspname::text, c.relname::text,
                ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relname = ANY (ARRAY[{string.Join(", ", names.Select(SqlString.Literal))}]::name[]) AND c.relkind = 'r' ORDER BY 1, 2
            """;

    /// <summary>Reads a row of <see cref="Query"/>.</summary>
    public static ForeignTable Of(NpgsqlDataReader row) => new(new(row.GetString(0), row.GetString(1)), row.GetFieldValue<string[]>(2));
}
