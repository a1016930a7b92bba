using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Reads sequences: what they are from the catalog, and where they stand from themselves, which no query can ask for by OID.
/// </summary>
internal static class SequenceReader
{
    private const string Sql = """
        SELECT c.oid, n.nspname::text, c.relname::text, q.seqstart, q.seqincrement, tn.nspname::text, t.relname::text, a.attname::text
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
        LEFT JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
        LEFT JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
        LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE c.oid = ANY($1) AND c.relpersistence <> 't'
        ORDER BY n.nspname, c.relname
        """;

    /// <summary>Asks for the sequences among relations.</summary>
    public static BatchStep Query(IEnumerable<uint> oids) => new NpgsqlBatchCommand(Sql) { Parameters = { ArrayParameter.Oids(oids) } };

    /// <summary>Reads the answer.</summary>
    public static Task<List<SequenceState>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        reader.RowsAsync(
            row => new SequenceState
            {
                Oid = row.GetFieldValue<uint>(0),
                Schema = row.GetString(1),
                Sequence = row.GetString(2),
                Start = row.GetInt64(3),
                Increment = row.GetInt64(4),
                TableSchema = row[5] as string,
                Table = row[6] as string,
                Column = row[7] as string,
            },
            cancellationToken
        );

    /// <summary>Finds the sequences among relations; asks nothing where there are none.</summary>
    public static Task<List<SequenceState>> FindAsync(
        NpgsqlConnection connection,
        IReadOnlyList<uint> oids,
        CancellationToken cancellationToken
    ) =>
        oids.Count == 0
            ? Task.FromResult(new List<SequenceState>())
            : connection.QueryAsync([Query(oids)], reader => ReadAsync(reader, cancellationToken), cancellationToken);

    /// <summary>The same sequences with their states, in one round trip.</summary>
    public static async Task<IReadOnlyList<SequenceState>> StatesAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SequenceState> sequences,
        CancellationToken cancellationToken
    )
    {
        if (sequences.Count == 0)
            return sequences;
        return await connection
            .QueryAsync<IReadOnlyList<SequenceState>>(
                sequences.Select(sequence => (BatchStep)$"SELECT last_value, is_called FROM {sequence.Name}"),
                async reader =>
                {
                    var states = new List<SequenceState>();
                    foreach (var sequence in sequences)
                        states.AddRange(
                            await reader
                                .RowsAsync(r => sequence with { LastValue = r.GetInt64(0), IsCalled = r.GetBoolean(1) }, cancellationToken)
                                .ConfigureAwait(false)
                        );
                    return states;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
