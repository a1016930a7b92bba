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
    /// left from one that never was. The table may not exist, or be none of ours: a DO block opens the cursor on it or on nothing, so the
    /// whole inspection stays one round trip and leaves no error in the server's log. The cursor lives until the batch's implicit
    /// transaction ends (PostgreSQL manual, DECLARE; PL/pgSQL, Cursors).
    /// </summary>
    public static IReadOnlyList<BatchStep> Query(HistoryTable history)
    {
        var table = history.Name.ToString();
        var relation = $"to_regclass({SqlString.Literal(table)})";

        // Transactions are told only where one of them wrote the row that tells them; elsewhere they are those of another server.
        var current = Select("CASE WHEN xmin = ANY (transaction_ids::xid[]) THEN transaction_ids END, renamed_from, statement_begun");
        var first = Select("NULL::xid8[], NULL::text, 0");
        return
        [
            $"""
                DO $mued$
                DECLARE
                    rows refcursor := 'mued_history';
                    columns text[] := ARRAY[]::text[];
                    format integer := 1;
                BEGIN
                    IF {HistoryFitness.Readable(relation)} THEN
                        columns := {HistoryFitness.Columns(relation)};
                    END IF;
                    IF 'format integer{HistoryColumn.NotNull}' = ANY (columns) THEN
                        EXECUTE {SqlString.Literal($"SELECT greatest(2, max(format)) FROM {table}")} INTO format;
                    END IF;
                    PERFORM set_config('mued.format', format::text, true);
                    IF format = 2 AND columns @> {Wanted(2)} THEN
                        OPEN rows FOR EXECUTE {current};
                    ELSIF format = 1 AND columns @> {Wanted(1)} THEN
                        OPEN rows FOR EXECUTE {first};
                    ELSE
                        OPEN rows FOR SELECT NULL::text WHERE false;
                    END IF;
                END
                $mued$
                """,
            HistoryFitness.Query(relation),
            "FETCH ALL FROM mued_history",
        ];

        string Select(string rest) =>
            SqlString.Literal(
                $"SELECT {Columns}, {rest} FROM {table} WHERE undone_at IS NULL OR id = (SELECT min(id) FROM {table}) ORDER BY id"
            );

        static string Wanted(int format) =>
            $"ARRAY[{string.Join(", ", HistoryColumn.Of(format).Select(column => SqlString.Literal(column.Description)))}]";
    }

    /// <summary>
    /// Reads what <see cref="Query"/> asked for; the reader stands on the first of its two results, and ends on the last.
    /// </summary>
    /// <exception cref="MuedException">The table is not fit to be the history (exit code 2).</exception>
    public static async Task<HistoryState> ReadAsync(NpgsqlDataReader reader, HistoryTable history, CancellationToken cancellationToken)
    {
        var fitness = await HistoryFitness.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        fitness.Ensure(history);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);

        // What was made since the block looked holds nothing that was read.
        if (reader.FieldCount == 1)
            return new(0, false, []);
        var (used, rows) = (false, new List<HistoryRow>());
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            used = true;
            if (!reader.GetBoolean(13))
                rows.Add(Row(reader));
        }

        return new(fitness.Format, used, rows);
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
            StatementBegun = reader.GetInt32(16),
            RenamedFrom = reader.IsDBNull(15) ? null : reader.GetString(15),
        };
}
