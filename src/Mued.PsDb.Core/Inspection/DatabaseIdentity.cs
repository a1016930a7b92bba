using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Inspection;

/// <summary>Tells databases apart: by name, and by the cluster that they are in.</summary>
internal static class DatabaseIdentity
{
    // A role may be barred from pg_control_system; the name must do then.
    private const string ReadIdentifier = """
        DO $mued$
        BEGIN
            PERFORM set_config('mued.system_identifier', (SELECT system_identifier::text FROM pg_catalog.pg_control_system()), true);
        EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
            PERFORM set_config('mued.system_identifier', '', true);
        END
        $mued$
        """;

    /// <summary>Reads the identity; inside a transaction or outside, for a batch is one by itself.</summary>
    public static async Task<DatabaseOrigin> ReadAsync(
        NpgsqlConnection connection,
        ConnectionSettings settings,
        CancellationToken cancellationToken
    )
    {
        const string Read =
            "SELECT current_database()::text, nullif(current_setting('mued.system_identifier'), ''), current_setting('server_version')";
        var found = await connection
            .QueryAsync(
                [ReadIdentifier, Read],
                reader =>
                    reader.RowsAsync(
                        row => new DatabaseOrigin(row.GetString(0), settings.Target, row[1] as string, row.GetString(2))
                        {
                            Schema = settings.Schema,
                        },
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return found[0];
    }

    /// <summary>Whether two identities are one database, as far as both are known.</summary>
    public static bool Same(DatabaseOrigin one, DatabaseOrigin other) =>
        (one.Name, one.Schema) == (other.Name, other.Schema)
        && (one.SystemIdentifier is null || other.SystemIdentifier is null || one.SystemIdentifier == other.SystemIdentifier);

    /// <summary>Whether they are one for certain: where the cluster of one is not known, both were reached at the same place.</summary>
    public static bool Certain(DatabaseOrigin one, DatabaseOrigin other) =>
        Same(one, other) && ((one.SystemIdentifier is not null && other.SystemIdentifier is not null) || one.Place == other.Place);
}
