using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>An index as the catalog has it.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Valid">Whether queries may use it (pg_index.indisvalid).</param>
/// <param name="Building">Whether a session is building it right now.</param>
internal sealed record IndexState(string Schema, bool Valid, bool Building)
{
    /// <summary>Looks for an index of this name on a table, which is SQL text; null when there is none.</summary>
    public static async Task<IndexState?> ReadAsync(
        NpgsqlConnection connection,
        string table,
        string name,
        CancellationToken cancellationToken
    )
    {
        var command = new NpgsqlBatchCommand(
            """
            SELECT n.nspname::text, i.indisvalid,
                EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = c.oid)
            FROM pg_catalog.pg_index AS i
            JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE i.indrelid = to_regclass($1) AND c.relname = $2
            """
        )
        {
            Parameters =
            {
                new() { Value = table },
                new() { Value = name },
            },
        };
        var found = await connection
            .QueryAsync(
                [command],
                reader =>
                    reader.RowsAsync(row => new IndexState(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2)), cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        return found.FirstOrDefault();
    }
}
