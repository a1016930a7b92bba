using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>A column that a <see cref="GuardedQuery"/> reads.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name; null when the query reads rows and no column of its own.</param>
/// <param name="Category">The category its type must have (pg_type.typcategory: N numeric, D date or time); null for any.</param>
internal readonly record struct NeededColumn(ObjectName Table, string? Name, char? Category = null);

/// <summary>
/// A query on user tables that tells what is in its way instead of failing, so that many can share a batch, and a role without
/// rights gets a reason and never an empty answer.
/// </summary>
/// <param name="Needs">The columns it reads.</param>
/// <param name="Sql">Its text: one row of one jsonb column. Names in it are qualified; the search path is not the caller's.</param>
internal sealed record GuardedQuery(IReadOnlyList<NeededColumn> Needs, string Sql)
{
    /// <summary>
    /// A query on tables that may be absent, other than expected, or not readable: $1 what it needs, as JSON of
    /// [schema, table, column, type category or null], $2 its text, which gives one column r of hexadecimal UTF-8. The result is
    /// the problems, as JSON of [problem, schema, table, column], or the value. A plain statement would fail the batch when it is
    /// parsed; query_to_xml parses its text only once the CASE has found nothing wrong. Hexadecimal passes through XML unchanged.
    /// </summary>
    private const string Guard = """
        WITH facts AS (
            SELECT r->>0 AS schema, r->>1 AS name, r->>2 AS "column",
                   CASE WHEN c.oid IS NULL THEN 'table'
                        WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN 'USAGE'
                        WHEN r->>2 IS NULL THEN CASE WHEN NOT has_any_column_privilege(c.oid, 'SELECT') THEN 'SELECT'
                                                     WHEN row_security_active(c.oid) THEN 'BYPASSRLS' END
                        WHEN a.attnum IS NULL THEN 'column'
                        WHEN NOT has_column_privilege(c.oid, a.attnum, 'SELECT') THEN 'SELECT'
                        WHEN row_security_active(c.oid) THEN 'BYPASSRLS'
                        WHEN t.typcategory <> r->>3 THEN 'type' END AS problem
            FROM json_array_elements($1::json) AS r
            LEFT JOIN pg_namespace AS n ON n.nspname = r->>0
            LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
            LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = r->>2 AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_type AS t ON t.oid = a.atttypid
        )
        SELECT (SELECT json_agg(json_build_array(problem, schema, name, "column"))::text FROM facts WHERE problem IS NOT NULL),
               CASE WHEN NOT EXISTS (SELECT FROM facts WHERE problem IS NOT NULL) THEN
                   substring(query_to_xml($2, false, false, '')::text FROM '<r>([0-9a-f]*)</r>') END
        """;

    /// <summary>The command for a batch.</summary>
    public NpgsqlBatchCommand ToCommand()
    {
        var needs = JsonText.Write(writer =>
        {
            foreach (var need in Needs)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(need.Table.Schema);
                writer.WriteStringValue(need.Table.Name);
                writer.WriteStringValue(need.Name);
                if (need.Category is { } category)
                    writer.WriteStringValue(category.ToString());
                else
                    writer.WriteNullValue();
                writer.WriteEndArray();
            }
        });
        return new(Guard)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = needs },
                new NpgsqlParameter<string> { TypedValue = $"SELECT encode(convert_to(({Sql})::text, 'UTF8'), 'hex') AS r" },
            },
        };
    }

    /// <summary>Reads the result of the next command of a batch and goes on to the one after it.</summary>
    public static async Task<GuardedResult> ReadAsync(NpgsqlDataReader reader, string user, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var result = reader.IsDBNull(0)
            ? new GuardedResult(Parse(reader.GetString(1)), null)
            : new(null, Obstacle(reader.GetString(0), user));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    /// <summary>A sentence that names the privilege which is missing.</summary>
    public static string PrivilegeText(string missing, ObjectName table, string user) =>
        missing switch
        {
            "USAGE" => Texts.Get("Check.NoUsage", user, ObjectName.Quote(table.Schema)),
            "BYPASSRLS" => Texts.Get("Check.RowsHidden", user, table),
            _ => Texts.Get("Check.NoSelect", user, table),
        };

    private static JsonElement Parse(string hex)
    {
        using var document = JsonDocument.Parse(Convert.FromHexString(hex));
        return document.RootElement.Clone();
    }

    private static QueryObstacle Obstacle(string json, string user)
    {
        using var document = JsonDocument.Parse(json);
        var problems = document
            .RootElement.EnumerateArray()
            .Select(p => (What: p[0].GetString()!, Table: new ObjectName(p[1].GetString()!, p[2].GetString()!), Column: p[3].GetString()))
            .ToList();
        var absent = problems.Where(p => p.What == "table").Select(p => p.Table.ToString()).Distinct().ToList();
        if (absent.Count > 0)
            return new(QueryObstacleKind.NoTable, string.Join(", ", absent));
        var columns = problems
            .Where(p => p.What is "column" or "type")
            .Select(p => $"{p.Table}.{ObjectName.Quote(p.Column!)}")
            .Distinct()
            .ToList();
        return columns.Count > 0
            ? new(QueryObstacleKind.NoColumns, string.Join(", ", columns))
            : new(QueryObstacleKind.NoPrivilege, PrivilegeText(problems[0].What, problems[0].Table, user));
    }
}

/// <summary>What a <see cref="GuardedQuery"/> gave: one of the two.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Obstacle">What was in its way.</param>
internal readonly record struct GuardedResult(JsonElement? Value, QueryObstacle? Obstacle);
