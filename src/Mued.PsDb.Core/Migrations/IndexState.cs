using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>An index as the catalog has it.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Valid">Whether queries may use it (pg_index.indisvalid).</param>
/// <param name="Building">Whether a session is building it right now.</param>
internal sealed record IndexState(string Schema, bool Valid, bool Building)
{
    /// <summary>Looks for an index that a statement names together with its table; null when there is none.</summary>
    public static async Task<IndexState?> ReadAsync(
        NpgsqlConnection connection,
        ConcurrentIndex target,
        CancellationToken cancellationToken
    )
    {
        var command = new NpgsqlBatchCommand(
            $"""
            SELECT n.nspname::text, i.indisvalid,
                EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = c.oid)
            FROM pg_catalog.pg_index AS i
            JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relname = $2
                AND i.indrelid = {SessionGuard.Relation("$1", $"CASE WHEN $3 = '' THEN {SessionGuard.Schemas} ELSE ARRAY[$3::name] END")}
            """
        )
        {
            Parameters =
            {
                new() { Value = target.Table! },
                new() { Value = target.Name! },
                new() { Value = target.Schema ?? "" },
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
