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
    /// <summary>
    /// The format of the rows that this version writes. One that finds a greater number in any row does not know what it would read.
    /// Format 1 had neither this number, nor transactions, nor former names.
    /// </summary>
    public const int Format = 2;

    /// <summary>The kind of a row whose migration was run.</summary>
    public const string MigrationKind = "migration";

    /// <summary>The kind of a row whose migration runs again whenever its SQL has changed.</summary>
    public const string RepeatableKind = "repeatable";

    /// <summary>The kind of a row that only records.</summary>
    public const string BaselineKind = "baseline";

    /// <summary>The kind of a row that was taken over from the history of another tool, which has run the migration.</summary>
    public const string ImportedKind = "imported";

    /// <summary>
    /// What the server says where not exactly one row was written, be it that the lease is lost or that something swallowed the row: all
    /// but one count as zero, and that is divided by (division_by_zero).
    /// </summary>
    public const string RowLost = PostgresErrorCodes.DivisionByZero;

    /// <summary>How long a runner's claim on a non-transactional migration outlives its last sign of life.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    // What Identity gives a value.
    private const string IdentityColumns =
        "migration, version, kind, run_id, text_sha256, sql_sha256, statements, tool_version, runner, format";
    private const string IdentityValues = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10";

    // Whatever completes or amends a row adds its own transaction. So the row says itself, by its xmin, whether the numbers are those of
    // this server: in a restored or replicated copy they would name the transactions of others.
    private const string Transaction = "pg_catalog.pg_current_xact_id()";
    private const string AddTransaction = $"transaction_ids = array_append(transaction_ids, {Transaction})";

    // A row is written anew with every statement of a file that runs statement by statement.
    private const int TransactionsKept = 1000;

    // One, where one row was written; else zero.
    private const string One = "(pg_catalog.count(*) OPERATOR(pg_catalog.=) 1)::pg_catalog.int4";

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

    /// <summary>The statement that makes the index on which exactly-once stands.</summary>
    public string CreateIndex(string what = "INDEX") => $"CREATE UNIQUE {what} {index} ON {table} (migration) WHERE undone_at IS NULL";

    /// <summary>
    /// The statements that make the table, or bring one of an older format up to this one, in a transaction of their own so that the
    /// first migration's failure does not undo it; none for a table as it should be. CREATE TABLE IF NOT EXISTS is not safe under
    /// concurrency: the caller treats 23505 and 42P07 as "another runner was first". ALTER TABLE locks the table before it looks.
    /// </summary>
    /// <param name="format">The format that it was seen to have; zero where there is none.</param>
    /// <param name="begin">Opens the transaction.</param>
    public IReadOnlyList<BatchStep> Prepare(int format, IEnumerable<string> begin) =>
        format switch
        {
            Format => [],
            0 =>
            [
                .. begin,
                $"CREATE TABLE IF NOT EXISTS {table} ({string.Join(", ", HistoryColumn.All.Select(column => column.Definition))})",
                CreateIndex("INDEX IF NOT EXISTS"),
                "COMMIT",
            ],
            _ =>
            [
                .. begin,
                $"ALTER TABLE {table} {string.Join(", ", HistoryColumn.Since(format).Select(column => "ADD COLUMN IF NOT EXISTS " + column.AddedDefinition))}",
                // What an older version inserts has no format, and so fails.
                $"ALTER TABLE {table} ALTER COLUMN format DROP DEFAULT",
                "COMMIT",
            ],
        };

    /// <summary>
    /// Claims a migration: inserts its row, which others see only once its transaction, and so the whole of it, is committed. Returns
    /// one row (started_at) under the column name <paramref name="marker"/>.
    /// </summary>
    public NpgsqlBatchCommand Claim(MigrationFile file, Guid runId, string marker) =>
        With(
            $"""
            INSERT INTO {table} ({IdentityColumns}, statements_done, transaction_ids)
            VALUES ({IdentityValues}, $7, ARRAY[{Transaction}]) RETURNING started_at AS {marker}
            """,
            Identity(file, runId, MigrationKind)
        );

    /// <summary>Claims a migration that is applied already, to run it again; the row lock keeps other runners away.</summary>
    public NpgsqlBatchCommand Reclaim(MigrationFile file, Guid runId, string marker) =>
        With(
            $"""
            UPDATE {table} SET version = $2, kind = $3, run_id = $4, text_sha256 = $5, sql_sha256 = $6, statements = $7, tool_version = $8,
                runner = $9, format = $10, statements_done = $7, applied_by = current_user, started_at = clock_timestamp(),
                finished_at = NULL, {AddTransaction}
            WHERE migration = $1 AND undone_at IS NULL RETURNING started_at AS {marker}
            """,
            Identity(file, runId, MigrationKind)
        );

    /// <summary>Adds to the transactions of a migration that is at work what a query finds, as xid8.</summary>
    /// <param name="file">The migration.</param>
    /// <param name="query">The query.</param>
    /// <param name="parameter">Its parameter, <c>$2</c>.</param>
    public NpgsqlBatchCommand AddTransactions(MigrationFile file, string query, object parameter) =>
        With(
            $"""
            UPDATE {table} SET transaction_ids = transaction_ids || found.ids FROM (SELECT ARRAY({query}) AS ids) AS found
            WHERE migration = $1 AND undone_at IS NULL AND cardinality(found.ids) > 0
            """,
            [file.Name, parameter]
        );

    /// <summary>
    /// Marks a claimed migration as complete. Returns one row (finished_at) under the column name <paramref name="marker"/>.
    /// Where the row is not there, the error <see cref="RowLost"/> takes the migration back. Like <see cref="Claim"/> it runs in a file's
    /// own transaction, so it looks up nothing by the search path.
    /// </summary>
    public NpgsqlBatchCommand Finish(MigrationFile file, string marker) =>
        With(
            $"""
            WITH mine AS (
                UPDATE {table} SET finished_at = pg_catalog.clock_timestamp() WHERE migration OPERATOR(pg_catalog.=) $1 AND undone_at IS NULL
                RETURNING finished_at
            )
            SELECT pg_catalog.max(finished_at) AS {marker} FROM mine HAVING 0 OPERATOR(pg_catalog./) {One} OPERATOR(pg_catalog.=) 0
            """,
            [file.Name]
        );

    /// <summary>Marks a non-transactional migration as complete, and gives its lease back.</summary>
    public NpgsqlBatchCommand FinishLeased(MigrationFile file, Guid runId) =>
        With(
            Proven(
                $"""
                UPDATE {table} SET finished_at = clock_timestamp(), statements_done = statements, lease_until = NULL, {AddTransaction}
                WHERE migration = $1 AND run_id = $2 AND undone_at IS NULL
                """
            ),
            [file.Name, runId]
        );

    /// <summary>Marks an applied migration as undone: it is pending again.</summary>
    public NpgsqlBatchCommand Undo(string migration) =>
        With(
            $"UPDATE {table} SET undone_at = clock_timestamp(), undone_by = current_user WHERE migration = $1 AND undone_at IS NULL",
            [migration]
        );

    /// <summary>Records the new name of a migration whose file was renamed, and the one that it had.</summary>
    public NpgsqlBatchCommand Rename(HistoryRow row, MigrationFile file) =>
        With(
            Proven(
                $"""
                UPDATE {table} SET migration = $1, version = $2, renamed_from = $3, {AddTransaction}
                WHERE migration = $3 AND sql_sha256 = $4 AND undone_at IS NULL
                """
            ),
            [file.Name, file.Version.Text, row.Migration, row.SqlChecksum]
        );

    /// <summary>Records the checksums of an applied migration whose file changed.</summary>
    public NpgsqlBatchCommand AcceptChecksums(MigrationFile file) =>
        With(
            Proven(
                $"""
                UPDATE {table} SET text_sha256 = $2, sql_sha256 = $3, statements = $4, statements_done = $4, {AddTransaction}
                WHERE migration = $1 AND undone_at IS NULL
                """
            ),
            [file.Name, file.Sql.TextChecksum, file.Sql.SqlChecksum, file.Sql.Statements.Count]
        );

    /// <summary>Records a migration as applied without running it.</summary>
    public NpgsqlBatchCommand Baseline(MigrationFile file, Guid runId) =>
        With(
            Proven(
                $"INSERT INTO {table} ({IdentityColumns}, statements_done, finished_at) VALUES ({IdentityValues}, $7, clock_timestamp())"
            ),
            Identity(file, runId, BaselineKind)
        );

    /// <summary>Records a migration as applied by another tool, then and by whom; null where that does not say.</summary>
    public NpgsqlBatchCommand Import(MigrationFile file, Guid runId, DateTimeOffset? at, string? by) =>
        With(
            Proven(
                $"""
                INSERT INTO {table} ({IdentityColumns}, statements_done, started_at, finished_at, applied_by)
                VALUES ({IdentityValues}, $7, coalesce($11::timestamptz, clock_timestamp()), coalesce($11::timestamptz, clock_timestamp()),
                    coalesce($12::text, current_user))
                """
            ),
            [.. Identity(file, runId, ImportedKind), (object?)at ?? DBNull.Value, (object?)by ?? DBNull.Value]
        );

    /// <summary>Begins a non-transactional migration under a lease. Returns 0; a 23505 means that a row exists already.</summary>
    public NpgsqlBatchCommand BeginLeased(MigrationFile file, Guid runId) =>
        With(
            Proven(
                $"""
                INSERT INTO {table} ({IdentityColumns}, lease_until)
                VALUES ({IdentityValues}, clock_timestamp() + make_interval(secs => $11))
                """
            ),
            [.. Identity(file, runId, MigrationKind), Lease.TotalSeconds]
        );

    /// <summary>
    /// Takes over an incomplete non-transactional migration whose lease has run out. Returns statements_done and statement_begun when it
    /// succeeded, no row when somebody else was first, with other SQL perhaps, or is still alive.
    /// </summary>
    public NpgsqlBatchCommand TakeOver(MigrationFile file, Guid runId) =>
        With(
            $"""
            UPDATE {table} SET run_id = $2, runner = $3, applied_by = current_user, lease_until = clock_timestamp() + make_interval(secs => $4),
                text_sha256 = $5
            WHERE migration = $1 AND undone_at IS NULL AND finished_at IS NULL AND sql_sha256 = $6
                AND (run_id = $2 OR coalesce(lease_until <= clock_timestamp(), true))
            RETURNING statements_done, statement_begun
            """,
            [file.Name, runId, Runner, Lease.TotalSeconds, file.Sql.TextChecksum, file.Sql.SqlChecksum]
        );

    /// <summary>
    /// Starts a non-transactional migration anew, from its first statement. Returns 0 and 0 when it succeeded, no row when somebody else is at
    /// work, or has been since <paramref name="planned"/> was read.
    /// </summary>
    public NpgsqlBatchCommand Reopen(MigrationFile file, HistoryRow planned, Guid runId) =>
        With(
            $"""
            UPDATE {table} SET run_id = $2, runner = $3, applied_by = current_user, lease_until = clock_timestamp() + make_interval(secs => $4),
                text_sha256 = $5, sql_sha256 = $6, statements = $7, statements_done = 0, statement_begun = 0, started_at = clock_timestamp(),
                finished_at = NULL
            WHERE migration = $1 AND undone_at IS NULL AND statements_done = $8 AND coalesce(lease_until <= clock_timestamp(), true)
            RETURNING statements_done, statement_begun
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
    /// work, and the error <see cref="RowLost"/> takes back what was done in the same transaction.
    /// </summary>
    public NpgsqlBatchCommand Journal(MigrationFile file, Guid runId, int done) =>
        With(
            Proven(
                $"""
                UPDATE {table} SET statements_done = $3, lease_until = clock_timestamp() + make_interval(secs => $4),
                    transaction_ids = CASE WHEN cardinality(transaction_ids) < $5
                        THEN array_append(transaction_ids, {Transaction}) ELSE transaction_ids END
                WHERE migration = $1 AND run_id = $2 AND undone_at IS NULL
                """
            ),
            [file.Name, runId, done, Lease.TotalSeconds, TransactionsKept]
        );

    /// <summary>
    /// Notes that a statement is about to run of which nobody can tell afterwards whether it is done, and renews the lease; where that is lost,
    /// the error is <see cref="RowLost"/>.
    /// </summary>
    /// <param name="file">The migration.</param>
    /// <param name="runId">The run.</param>
    /// <param name="statement">The statement's number in its file, from 1.</param>
    public NpgsqlBatchCommand Begin(MigrationFile file, Guid runId, int statement) =>
        With(
            Proven(
                $"""
                UPDATE {table} SET statement_begun = $3, lease_until = clock_timestamp() + make_interval(secs => $4), {AddTransaction}
                WHERE migration = $1 AND run_id = $2 AND undone_at IS NULL
                """
            ),
            [file.Name, runId, statement, Lease.TotalSeconds]
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

    private static string Proven(string writing) => $"WITH mine AS ({writing} RETURNING 1) SELECT 0 / {One} FROM mine";

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
            Format,
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
