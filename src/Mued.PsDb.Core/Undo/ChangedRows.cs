using Mued.PsDb.Backups;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Reads how many rows this transaction has updated and deleted in tables that stay.</summary>
internal static class ChangedRows
{
    // The counters of this transaction; those of a savepoint that was rolled back stay in (PostgreSQL manual, Cumulative Statistics).
    private const string Sql = """
        SELECT relid, pg_catalog.format('%I.%I', schemaname, relname), n_tup_upd, n_tup_del
        FROM pg_catalog.pg_stat_xact_user_tables WHERE n_tup_upd + n_tup_del > 0 AND NOT relid = ANY($1) ORDER BY 2
        """;

    /// <summary>
    /// Lets the server count to the end of the transaction, where somebody has told it not to and this role may say otherwise: without its counts
    /// a change of rows does not show.
    /// </summary>
    public static BatchStep Count(NpgsqlConnection connection)
    {
        var granted = connection.PostgreSqlVersion.Major >= 15 ? " OR has_parameter_privilege('track_counts', 'SET')" : "";
        return $"""
            SELECT set_config('track_counts', 'on', true)
            WHERE NOT current_setting('track_counts')::boolean AND ((SELECT rolsuper FROM pg_roles WHERE rolname = current_user){granted})
            """;
    }

    /// <summary>Asks for all tables but those that vanish.</summary>
    public static BatchStep Query(IReadOnlyList<CatalogObject> vanished) =>
        new NpgsqlBatchCommand(Sql)
        {
            Parameters =
            {
                ArrayParameter.Oids(vanished.Where(item => item is { Class: CatalogObject.Relation, Column: 0 }).Select(item => item.Oid)),
            },
        };

    /// <summary>Reads the answer.</summary>
    public static Task<List<DataLoss.Change>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        reader.RowsAsync(
            row => new DataLoss.Change(row.GetFieldValue<uint>(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)),
            cancellationToken
        );
}
