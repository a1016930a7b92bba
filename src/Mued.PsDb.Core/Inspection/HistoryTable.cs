using System.Globalization;
using Mued.PsDb.Files;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Inspection;

/// <summary>
/// The history table: the only SQL that knows its columns. A row says that a migration was begun, and with finished_at that it is
/// complete. An undo marks the row and leaves it, so the table tells the whole story; among the rows that are not undone a migration
/// appears once, which the unique index enforces and on which exactly-once stands.
/// </summary>
internal sealed class HistoryTable
{
    /// <summary>The kind of a row whose migration was run.</summary>
    public const string MigrationKind = "migration";

    /// <summary>The kind of a row whose migration runs again whenever its SQL has changed.</summary>
    public const string RepeatableKind = "repeatable";

    /// <summary>The kind of a row that only records.</summary>
    public const string BaselineKind = "baseline";

    /// <summary>What the server says to a journal whose lease is lost: it counts the row that is not there (division_by_zero).</summary>
    public const string LeaseLost = PostgresErrorCodes.DivisionByZero;

    /// <summary>How long a runner's claim on a non-transactional migration outlives its last sign of life.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly string table;
    private readonly string index;

    public HistoryTable(string name)
    {
        Name = ObjectName.Parse(name);
        table = Name.ToString();
        index = SqlIdentifier.Quote((Name.Name.Length <= 58 ? Name.Name : Name.Name[..58]) + "_live");
    }

    /// <summary>Its name.</summary>
    public ObjectName Name { get; }

    /// <summary>This process, as the history names it.</summary>
    public static string Runner { get; } = $"{Environment.MachineName} ({Environment.ProcessId.ToString(CultureInfo.InvariantCulture)})";

    /// <summary>
    /// The statements that make the table, in a transaction of their own so that the first migration's failure does not undo it.
    /// CREATE TABLE IF NOT EXISTS is not safe under concurrency: the caller treats 23505 and 42P07 as "another runner was first".
    /// </summary>
    public IReadOnlyList<BatchStep> Create() =>
        [
            "BEGIN",
            $"""
                CREATE TABLE IF NOT EXISTS {table} (
                    id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    migration        text        NOT NULL,
                    version          text        NOT NULL,
                    kind             text        NOT NULL,
                    run_id           uuid        NOT NULL,
                    text_sha256      text        NOT NULL,
                    sql_sha256       text        NOT NULL,
                    statements       integer     NOT NULL,
                    statements_done  integer     NOT NULL DEFAULT 0,
                    tool_version     text        NOT NULL,
                    runner           text        NOT NULL,
                    applied_by       text        NOT NULL DEFAULT current_user,
                    started_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
                    finished_at      timestamptz,
                    lease_until      timestamptz,
                    undone_at        timestamptz,
                    undone_by        text
                )
                """,
            $"CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {table} (migration) WHERE undone_at IS NULL",
            "COMMIT",
        ];

    /// <summary>
    /// The statements that read the live rows, and the oldest row even when it was undone: it tells a history of which nothing is
    /// left from one that never was. The table may not exist: a DO block opens the cursor on it or on nothing, so the whole inspection
    /// stays one round trip and leaves no error in the server's log. The cursor lives until the batch's implicit transaction ends
    /// (PostgreSQL manual, DECLARE; PL/pgSQL, Cursors).
    /// </summary>
    public IReadOnlyList<BatchStep> Read()
    {
        var literal = SqlString.Literal(table);
        return
        [
            $"""
                DO $mued$
                DECLARE
                    rows refcursor := 'mued_history';
                BEGIN
                    IF to_regclass({literal}) IS NOT NULL THEN
                        OPEN rows FOR EXECUTE 'SELECT migration, version, kind, run_id, text_sha256, sql_sha256, statements, statements_done,'
                            ' runner, applied_by, started_at, finished_at, coalesce(lease_until > clock_timestamp(), false), undone_at IS NOT NULL'
                            ' FROM ' || {literal} || ' WHERE undone_at IS NULL OR id = (SELECT min(id) FROM ' || {literal} || ') ORDER BY id';
                    ELSE
                        OPEN rows FOR SELECT NULL::text WHERE false;
                    END IF;
                END
                $mued$
                """,
            $"SELECT to_regclass({literal}) IS NOT NULL",
            "FETCH ALL FROM mued_history",
        ];
    }

    /// <summary>
    /// Reads what <see cref="Read"/> asked for; the reader stands on the first of its two results, and ends on the last.
    /// </summary>
    public static async Task<(bool Exists, bool Used, IReadOnlyList<HistoryRow> Rows)> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var exists = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var (used, rows) = (false, new List<HistoryRow>());
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            used = true;
            if (reader.GetBoolean(13))
                continue;
            rows.Add(
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
            );
        }

        return (exists, used, rows);
    }

    /// <summary>
    /// Claims a migration: inserts its row, which others see only once its transaction, and so the whole of it, is committed. Returns
    /// one row (started_at) under the column name <paramref name="marker"/>.
    /// </summary>
    public NpgsqlBatchCommand Claim(MigrationFile file, Guid runId, string marker) =>
        With(
            $"""
            INSERT INTO {table} (migration, version, kind, run_id, text_sha256, sql_sha256, statements, tool_version, runner, statements_done)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7) RETURNING started_at AS {marker}
            """,
            Identity(file, runId, MigrationKind)
        );

    /// <summary>Claims a migration that is applied already, to run it again; the row lock keeps other runners away.</summary>
    public NpgsqlBatchCommand Reclaim(MigrationFile file, Guid runId, string marker) =>
        With(
            $"""
            UPDATE {table} SET version = $2, kind = $3, run_id = $4, text_sha256 = $5, sql_sha256 = $6, statements = $7, tool_version = $8,
                runner = $9, statements_done = $7, applied_by = current_user, started_at = clock_timestamp(), finished_at = NULL
            WHERE migration = $1 AND undone_at IS NULL RETURNING started_at AS {marker}
            """,
            Identity(file, runId, MigrationKind)
        );

    /// <summary>
    /// Marks a claimed migration as complete. Returns how long it took, in milliseconds, under the column name <paramref name="marker"/>.
    /// Like <see cref="Claim"/> it runs in a file's own transaction, so it looks up nothing by the search path.
    /// </summary>
    public NpgsqlBatchCommand Finish(MigrationFile file, string marker) =>
        With(
            $"""
            UPDATE {table} SET finished_at = pg_catalog.clock_timestamp() WHERE migration OPERATOR(pg_catalog.=) $1 AND undone_at IS NULL
            RETURNING extract(epoch FROM finished_at OPERATOR(pg_catalog.-) started_at)::pg_catalog.float8 OPERATOR(pg_catalog.*) 1000 AS {marker}
            """,
            [file.Name]
        );

    /// <summary>Marks a non-transactional migration as complete, and gives its lease back.</summary>
    public NpgsqlBatchCommand FinishLeased(MigrationFile file, Guid runId) =>
        With(
            $"""
            WITH mine AS (
                UPDATE {table} SET finished_at = clock_timestamp(), statements_done = statements, lease_until = NULL
                WHERE migration = $1 AND run_id = $2 AND undone_at IS NULL RETURNING 1
            )
            SELECT 1 / count(*) FROM mine
            """,
            [file.Name, runId]
        );

    /// <summary>Marks an applied migration as undone: it is pending again.</summary>
    public NpgsqlBatchCommand Undo(string migration) =>
        With(
            $"UPDATE {table} SET undone_at = clock_timestamp(), undone_by = current_user WHERE migration = $1 AND undone_at IS NULL",
            [migration]
        );

    /// <summary>Records the checksums of an applied migration whose file changed.</summary>
    public NpgsqlBatchCommand AcceptChecksums(MigrationFile file) =>
        With(
            $"UPDATE {table} SET text_sha256 = $2, sql_sha256 = $3, statements = $4, statements_done = $4 WHERE migration = $1 AND undone_at IS NULL",
            [file.Name, file.Sql.TextChecksum, file.Sql.SqlChecksum, file.Sql.Statements.Count]
        );

    /// <summary>Records a migration as applied without running it.</summary>
    public NpgsqlBatchCommand Baseline(MigrationFile file, Guid runId) =>
        With(
            $"""
            INSERT INTO {table} (migration, version, kind, run_id, text_sha256, sql_sha256, statements, tool_version, runner, statements_done, finished_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, clock_timestamp())
            """,
            Identity(file, runId, BaselineKind)
        );

    /// <summary>Begins a non-transactional migration under a lease; a 23505 means that a row exists already.</summary>
    public NpgsqlBatchCommand BeginLeased(MigrationFile file, Guid runId) =>
        With(
            $"""
            INSERT INTO {table} (migration, version, kind, run_id, text_sha256, sql_sha256, statements, tool_version, runner, lease_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + make_interval(secs => $10))
            """,
            [.. Identity(file, runId, MigrationKind), Lease.TotalSeconds]
        );

    /// <summary>
    /// Takes over an incomplete non-transactional migration whose lease has run out. Returns statements_done when it succeeded,
    /// no row when somebody else was first, with other SQL perhaps, or is still alive.
    /// </summary>
    public NpgsqlBatchCommand TakeOver(MigrationFile file, Guid runId) =>
        With(
            $"""
            UPDATE {table} SET run_id = $2, runner = $3, applied_by = current_user, lease_until = clock_timestamp() + make_interval(secs => $4),
                text_sha256 = $5
            WHERE migration = $1 AND undone_at IS NULL AND finished_at IS NULL AND sql_sha256 = $6
                AND (run_id = $2 OR coalesce(lease_until <= clock_timestamp(), true))
            RETURNING statements_done
            """,
            [file.Name, runId, Runner, Lease.TotalSeconds, file.Sql.TextChecksum, file.Sql.SqlChecksum]
        );

    /// <summary>
    /// Starts a non-transactional migration anew, from its first statement. Returns 0 when it succeeded, no row when somebody else is at
    /// work, or has been since <paramref name="planned"/> was read.
    /// </summary>
    public NpgsqlBatchCommand Reopen(MigrationFile file, HistoryRow planned, Guid runId) =>
        With(
            $"""
            UPDATE {table} SET run_id = $2, runner = $3, applied_by = current_user, lease_until = clock_timestamp() + make_interval(secs => $4),
                text_sha256 = $5, sql_sha256 = $6, statements = $7, statements_done = 0, started_at = clock_timestamp(), finished_at = NULL
            WHERE migration = $1 AND undone_at IS NULL AND statements_done = $8 AND coalesce(lease_until <= clock_timestamp(), true)
            RETURNING statements_done
            """,
            [
                file.Name,
                runId,
                Runner,
                Lease.TotalSeconds,
                file.Sql.TextChecksum,
                file.Sql.SqlChecksum,
                file.Sql.Statements.Count,
                planned.StatementsDone,
            ]
        );

    /// <summary>
    /// Gives up what an interrupted run has journaled, so that the migration can be claimed afresh in the same transaction. It changes
    /// nothing while somebody is at work, or when somebody has been since <paramref name="planned"/> was read; then the claim fails.
    /// </summary>
    public NpgsqlBatchCommand GiveUp(HistoryRow planned) =>
        With(
            $"""
            UPDATE {table} SET undone_at = clock_timestamp(), undone_by = current_user
            WHERE migration = $1 AND undone_at IS NULL AND finished_at IS NULL
                AND statements_done = $2 AND coalesce(lease_until <= clock_timestamp(), true)
            """,
            [planned.Migration, planned.StatementsDone]
        );

    /// <summary>
    /// Journals that the first <paramref name="done"/> statements are done, and renews the lease. Where that is lost, another runner is at
    /// work, and the error <see cref="LeaseLost"/> takes back what was done in the same transaction.
    /// </summary>
    public NpgsqlBatchCommand Journal(MigrationFile file, Guid runId, int done) =>
        With(
            $"""
            WITH mine AS (
                UPDATE {table} SET statements_done = $3, lease_until = clock_timestamp() + make_interval(secs => $4)
                WHERE migration = $1 AND run_id = $2 AND undone_at IS NULL RETURNING 1
            )
            SELECT 1 / count(*) FROM mine
            """,
            [file.Name, runId, done, Lease.TotalSeconds]
        );

    /// <summary>Renews the lease; no row means that it is lost.</summary>
    public NpgsqlBatchCommand Renew(string migration, Guid runId) =>
        With(
            $"""
            UPDATE {table} SET lease_until = clock_timestamp() + make_interval(secs => $3)
            WHERE migration = $1 AND run_id = $2 AND undone_at IS NULL AND finished_at IS NULL RETURNING 1
            """,
            [migration, runId, Lease.TotalSeconds]
        );

    /// <summary>Gives the lease back after a failure, so that the next run need not wait for it to run out.</summary>
    public NpgsqlBatchCommand Release(string migration, Guid runId) =>
        With(
            $"UPDATE {table} SET lease_until = NULL WHERE migration = $1 AND run_id = $2 AND undone_at IS NULL AND finished_at IS NULL",
            [migration, runId]
        );

    private static object[] Identity(MigrationFile file, Guid runId, string kind) =>
        [
            file.Name,
            file.Version.Text,
            file.Repeatable ? RepeatableKind : kind,
            runId,
            file.Sql.TextChecksum,
            file.Sql.SqlChecksum,
            file.Sql.Statements.Count,
            ToolVersion,
            Runner,
        ];

    private static string ToolVersion { get; } = typeof(HistoryTable).Assembly.GetName().Version?.ToString(3)!;

    private static NpgsqlBatchCommand With(string sql, object[] arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new() { Value = argument });
        return command;
    }
}
