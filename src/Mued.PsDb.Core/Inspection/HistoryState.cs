using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Inspection;

/// <summary>What the history table says, in any format that it has had.</summary>
/// <param name="Format">Its format; zero where there is no such table.</param>
/// <param name="Used">Whether it holds any row, be it that of a migration undone since.</param>
/// <param name="Rows">Its live rows, in the order in which they were applied.</param>
internal sealed record HistoryState(int Format, bool Used, IReadOnlyList<HistoryRow> Rows)
{
    private const string Columns = """
        migration, version, kind, run_id, text_sha256, sql_sha256, statements, statements_done, runner, applied_by, started_at, finished_at,
        coalesce(lease_until > clock_timestamp(), false), undone_at IS NOT NULL
        """;

    /// <summary>
    /// The statements that read the live rows, and the oldest row even when it was undone: it tells a history of which nothing is
    /// left from one that never was. The table may not exist: a DO block opens the cursor on it or on nothing, so the whole inspection
    /// stays one round trip and leaves no error in the server's log. The cursor lives until the batch's implicit transaction ends
    /// (PostgreSQL manual, DECLARE; PL/pgSQL, Cursors).
    /// </summary>
    public static IReadOnlyList<BatchStep> Query(HistoryTable history)
    {
        var table = history.Name.ToString();
        var name = SqlString.Literal(table);
        var formatted =
            $"EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({name}) AND attname = 'format' AND NOT attisdropped)";

        // Transactions are told only where one of them wrote the row that tells them; elsewhere they are those of another server.
        var current = Select(
            $"CASE WHEN xmin = ANY (transaction_ids::xid[]) THEN transaction_ids END, renamed_from, (SELECT max(format) FROM {table})"
        );
        var first = Select("NULL::xid8[], NULL::text, 1");
        return
        [
            $"""
                DO $mued$
                DECLARE
                    rows refcursor := 'mued_history';
                BEGIN
                    IF to_regclass({name}) IS NULL THEN
                        OPEN rows FOR SELECT NULL::text WHERE false;
                    ELSIF {formatted} THEN
                        OPEN rows FOR EXECUTE {current};
                    ELSE
                        OPEN rows FOR EXECUTE {first};
                    END IF;
                END
                $mued$
                """,
            $"SELECT CASE WHEN to_regclass({name}) IS NULL THEN 0 WHEN {formatted} THEN 2 ELSE 1 END",
            "FETCH ALL FROM mued_history",
        ];

        string Select(string rest) =>
            SqlString.Literal(
                $"SELECT {Columns}, {rest} FROM {table} WHERE undone_at IS NULL OR id = (SELECT min(id) FROM {table}) ORDER BY id"
            );
    }

    /// <summary>
    /// Reads what <see cref="Query"/> asked for; the reader stands on the first of its two results, and ends on the last.
    /// </summary>
    public static async Task<HistoryState> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var format = reader.GetInt32(0);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var (used, rows) = (false, new List<HistoryRow>());
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            (used, format) = (true, Math.Max(format, reader.GetInt32(16)));
            if (!reader.GetBoolean(13))
                rows.Add(Row(reader));
        }

        return new(format, used, rows);
    }

    private static HistoryRow Row(NpgsqlDataReader reader) =>
        new(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetGuid(3),
            reader.GetString(4),
            reader.GetString(5),
            reader.GetInt32(6),
            reader.GetInt32(7),
            reader.GetString(8),
            reader.GetString(9),
            reader.GetFieldValue<DateTimeOffset>(10),
            reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
            reader.GetBoolean(12)
        )
        {
            TransactionIds = reader.IsDBNull(14) ? [] : reader.GetFieldValue<ulong[]>(14),
            RenamedFrom = reader.IsDBNull(15) ? null : reader.GetString(15),
        };
}
