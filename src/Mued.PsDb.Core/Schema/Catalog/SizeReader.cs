using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>Reads how large the tables of a database are: what the planner counts on, and the files.</summary>
internal static class SizeReader
{
    // A table whose rows nobody has counted has reltuples -1 (PostgreSQL manual, pg_class); a partitioned one has those of its partitions.
    private const string Sql = """
        SELECT n.nspname, c.relname, sum(CASE WHEN p.reltuples < 0 THEN NULL ELSE p.reltuples END)::bigint,
            count(*) FILTER (WHERE p.reltuples < 0 AND p.relkind <> 'p'), sum(coalesce(pg_relation_size(p.oid), 0))::bigint
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT c.oid AS relid WHERE c.relkind <> 'p' UNION ALL
            SELECT t.relid FROM pg_partition_tree(CASE WHEN c.relkind = 'p' THEN c.oid END) AS t WHERE t.isleaf) AS part
        JOIN pg_class AS p ON p.oid = part.relid
        WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        GROUP BY c.oid, n.nspname, c.relname
        """;

    /// <summary>The tables and materialized views, by name.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="before">What comes first in the same round trip. Partitions stay locked against ALTER TABLE to the transaction's end.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<IReadOnlyDictionary<ObjectName, RelationSize>> ReadAsync(
        NpgsqlConnection connection,
        IEnumerable<BatchStep> before,
        CancellationToken cancellationToken
    )
    {
        var rows = await connection
            .QueryAsync(
                [.. before, Sql],
                reader =>
                    reader.RowsAsync(
                        row =>
                            (
                                Name: new ObjectName(row.GetString(0), row.GetString(1)),
                                Size: new RelationSize(
                                    row.GetInt64(3) > 0 || row.IsDBNull(2) ? null : row.GetInt64(2),
                                    row.IsDBNull(4) ? 0 : row.GetInt64(4)
                                )
                            ),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return rows.ToDictionary(row => row.Name, row => row.Size);
    }
}
