using System.Globalization;
using Npgsql;

namespace Mued.PsDb;

/// <summary>
/// Loads one file of a backup. An empty table is loaded by COPY at once; when that meets a rule that a row breaks, and when the table
/// holds rows, the file goes through a temporary table, where SQL sorts out what exists, what may be overwritten and what is rejected.
/// </summary>
internal sealed class TableLoader
{
    private readonly NpgsqlConnection connection;
    private readonly Backup backup;
    private readonly BackupEntry entry;
    private readonly RestoreTarget target;
    private readonly IReadOnlyList<RestoreTarget.Rule> deferred;
    private readonly ConflictAction onConflict;
    private readonly IProgress<RunProgress>? progress;
    private readonly string stage;
    private readonly string match;
    private readonly string columns;

    public TableLoader(
        NpgsqlConnection connection, Backup backup, BackupEntry entry, RestoreTarget target, IReadOnlyList<RestoreTarget.Rule> deferred, int number, ConflictAction onConflict, IProgress<RunProgress>? progress)
    {
        (this.connection, this.backup, this.entry, this.target, this.deferred, this.onConflict) = (connection, backup, entry, target, deferred, onConflict);
        this.progress = progress;
        stage = string.Create(CultureInfo.InvariantCulture, $"pg_temp.mued_stage_{number}");
        match = string.Create(CultureInfo.InvariantCulture, $"pg_temp.mued_match_{number}");
        columns = List(entry.Columns.Select(column => column.Name));
    }

    /// <summary>Loads the file.</summary>
    public async Task<RestoredTable> LoadAsync(CancellationToken cancellationToken)
    {
        var result = new RestoredTable(entry.Name.ToString(), entry.Rows)
        {
            Columns = entry.ColumnsOnly ? [.. entry.Columns.Select(column => column.Name).Except(entry.Key)] : [],
        };
        if (entry.Rows == 0)
            return result;
        if (!entry.ColumnsOnly && await TryDirectAsync(cancellationToken).ConfigureAwait(false))
            return result with { Loaded = entry.Rows };
        await StageAsync(cancellationToken).ConfigureAwait(false);
        result = result with { Rejections = await RejectAsync(cancellationToken).ConfigureAwait(false) };
        return entry.ColumnsOnly ? await UpdateColumnsAsync(result, cancellationToken).ConfigureAwait(false)
            : onConflict == ConflictAction.Replace ? await ReplaceAsync(result, cancellationToken).ConfigureAwait(false)
            : await InsertAsync(result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads an empty table by COPY. Returns false, with nothing loaded, when it is not empty or a row breaks a rule.</summary>
    private async Task<bool> TryDirectAsync(CancellationToken cancellationToken)
    {
        if (!await ScalarAsync<bool>(["SAVEPOINT mued_copy", $"SELECT NOT EXISTS (SELECT FROM {target.Name})"], cancellationToken).ConfigureAwait(false))
            return false;
        try
        {
            await CopyAsync(target.Name.ToString(), cancellationToken).ConfigureAwait(false);
            await ExecuteAsync("RELEASE SAVEPOINT mued_copy", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            await ExecuteAsync("ROLLBACK TO SAVEPOINT mued_copy", cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        // The names and types of the table's own columns, so that its checks and index expressions can be asked of the staged rows.
        await ExecuteAsync($"CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {target.Name} WITH NO DATA", cancellationToken).ConfigureAwait(false);
        await CopyAsync(stage, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync($"ANALYZE {stage}", cancellationToken).ConfigureAwait(false);
    }

    private async Task CopyAsync(string into, CancellationToken cancellationToken)
    {
        (long Rows, long) copied;
        var rows = backup.OpenRows(entry);
        await using (rows.ConfigureAwait(false))
        {
            var copy = await connection.BeginTextImportAsync($"COPY {into} ({columns}) FROM STDIN (FORMAT text, ENCODING 'UTF8')", cancellationToken).ConfigureAwait(false);
            try
            {
                copied = await RowPump.CopyAsync(rows, copy.BaseStream, new RowProgress(progress, "RestoreRows", entry.Name, entry.Rows).Advanced, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                await copy.CancelAsync().ConfigureAwait(false);
                throw backup.Damaged(entry, e);
            }
            catch (Exception)
            {
                // The connection is of no more use: to end the COPY in the regular way would load what was sent so far.
                await connection.CloseAsync().ConfigureAwait(false);
                throw;
            }

            await copy.DisposeAsync().ConfigureAwait(false);
        }

        if (copied.Rows != entry.Rows)
            throw backup.Damaged(entry);
    }

    /// <summary>Takes rows that the table cannot hold out of the staged ones, rule by rule.</summary>
    private async Task<List<RejectedRows>> RejectAsync(CancellationToken cancellationToken)
    {
        var rejections = new List<RejectedRows>();
        var given = entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var column in given.Where(name => target.Columns[name].NotNull))
            await RejectAsync($"{ObjectName.Quote(column)} IS NULL", Texts.Get("RejectedNull", ObjectName.Quote(column))).ConfigureAwait(false);
        foreach (var rule in target.Rules.Where(rule => rule.Columns.All(given.Contains)))
        {
            if (rule.Check is { } check)
                await RejectAsync($"({check}) IS FALSE", Texts.Get("RejectedCheck", rule.Name)).ConfigureAwait(false);
            else if (rule.Parent is { } parent && !deferred.Contains(rule))
                await RejectAsync(Orphan(rule, parent), Texts.Get("RejectedForeignKey", rule.Name, parent)).ConfigureAwait(false);
        }

        return rejections;

        async Task RejectAsync(string condition, string reason)
        {
            if (await ExecuteAsync($"DELETE FROM {stage} AS s WHERE {condition}", cancellationToken).ConfigureAwait(false) is > 0 and var rows)
                rejections.Add(new(reason, rows));
        }
    }

    // MATCH SIMPLE: a key with a null in it refers to nothing. A table that refers to itself may find the parent among the staged rows.
    private string Orphan(RestoreTarget.Rule rule, ObjectName parent)
    {
        var pairs = rule.Columns.Zip(rule.ParentColumns, (child, key) => $"p.{ObjectName.Quote(key)} = s.{ObjectName.Quote(child)}");
        var condition = string.Join(" AND ", pairs);
        var orphan = string.Join(" AND ", rule.Columns.Select(child => $"s.{ObjectName.Quote(child)} IS NOT NULL").Append($"NOT EXISTS (SELECT FROM {parent} AS p WHERE {condition})"));
        return parent == target.Name && !entry.ColumnsOnly ? $"{orphan} AND NOT EXISTS (SELECT FROM {stage} AS p WHERE {condition})" : orphan;
    }

    private async Task<RestoredTable> InsertAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var skip = onConflict == ConflictAction.Skip ? " ON CONFLICT DO NOTHING" : "";
        try
        {
            var loaded = await ExecuteAsync($"INSERT INTO {target.Name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {stage}{skip}", cancellationToken).ConfigureAwait(false);
            return result with { Loaded = loaded, Skipped = entry.Rows - result.Rejected - loaded };
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation)
        {
            throw Texts.Error("RestoreConflict", ExitCode.MigrationFailed, new ErrorPlace(SqlState: e.SqlState, TargetName: entry.Name.ToString()), e, entry.Name, e.MessageText);
        }
    }

    /// <summary>
    /// Overwrites the rows that stand in the way by any unique index, and inserts the rest. Rows are updated and not deleted, so that
    /// nothing cascades to rows that refer to them.
    /// </summary>
    private async Task<RestoredTable> ReplaceAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var given = entry.Columns.Select(column => target.Columns[column.Name]).ToList();
        var matches = string.Join("\nUNION\n", target.UniqueIndexes.Select(Matches).DefaultIfEmpty($"SELECT NULL::tid AS old, NULL::tid AS new WHERE false"));
        await ExecuteAsync($"CREATE TEMPORARY TABLE {match} ON COMMIT DROP AS {matches}", cancellationToken).ConfigureAwait(false);
        var fixedColumns = given.Where(column => column.AlwaysIdentity).Select(column => $"t.{ObjectName.Quote(column.Name)} IS DISTINCT FROM s.{ObjectName.Quote(column.Name)}");
        var ambiguous = await ExecuteAsync($"""
            DELETE FROM {stage} WHERE ctid IN (
                SELECT new FROM (SELECT new, count(*) OVER (PARTITION BY new) AS olds, count(*) OVER (PARTITION BY old) AS news FROM {match}) AS m
                WHERE m.olds > 1 OR m.news > 1
                {string.Concat(fixedColumns.Select(condition => $"UNION SELECT m.new FROM {match} AS m JOIN {target.Name} AS t ON t.ctid = m.old JOIN {stage} AS s ON s.ctid = m.new WHERE {condition} "))})
            """, cancellationToken).ConfigureAwait(false);
        if (ambiguous > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedAmbiguous"), ambiguous)] };
        var assignments = string.Join(", ", given.Where(column => !column.AlwaysIdentity).Select(column => $"{ObjectName.Quote(column.Name)} = s.{ObjectName.Quote(column.Name)}"));
        var replaced = assignments.Length == 0 ? 0 : await ExecuteAsync(
            $"UPDATE {target.Name} AS t SET {assignments} FROM {match} AS m JOIN {stage} AS s ON s.ctid = m.new WHERE t.ctid = m.old", cancellationToken).ConfigureAwait(false);
        var inserted = await ExecuteAsync($"""
            INSERT INTO {target.Name} ({columns}) OVERRIDING SYSTEM VALUE
            SELECT {columns} FROM {stage} AS s WHERE NOT EXISTS (SELECT FROM {match} AS m WHERE m.new = s.ctid)
            """, cancellationToken).ConfigureAwait(false);
        return result with { Loaded = replaced + inserted, Replaced = replaced };
    }

    // Both sides of a match are asked with the same expressions, over tables whose columns bear the same names.
    private string Matches(RestoreTarget.UniqueIndex index)
    {
        var equal = index.NullsDistinct ? "=" : "IS NOT DISTINCT FROM";
        return $"SELECT t.id AS old, s.id AS new FROM ({Side(target.Name.ToString())}) AS t JOIN ({Side(stage)}) AS s ON "
            + string.Join(" AND ", index.Keys.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"t.k{i} {equal} s.k{i}")));

        string Side(string table) => "SELECT ctid AS id, " + string.Join(", ", index.Keys.Select((key, i) => string.Create(CultureInfo.InvariantCulture, $"({key}) AS k{i}")))
            + $" FROM {table}{(index.Predicate is { } predicate ? $" WHERE {predicate}" : "")}";
    }

    /// <summary>Puts columns back into rows that stayed. A value that is there and is not what the column began with is a conflict.</summary>
    private async Task<RestoredTable> UpdateColumnsAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var lost = result.Columns.Select(name => target.Columns[name]).ToList();
        var same = string.Join(" AND ", entry.Key.Select(key => $"t.{ObjectName.Quote(key)} = s.{ObjectName.Quote(key)}"));
        var taken = string.Join(" OR ", lost.Select(Taken));
        var gone = await ExecuteAsync($"DELETE FROM {stage} AS s WHERE NOT EXISTS (SELECT FROM {target.Name} AS t WHERE {same})", cancellationToken).ConfigureAwait(false);
        if (gone > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedNoRow"), gone)] };
        var conflicts = await ScalarAsync<long>([$"SELECT count(*) FROM {target.Name} AS t JOIN {stage} AS s ON {same} WHERE {taken}"], cancellationToken).ConfigureAwait(false);
        if (conflicts > 0 && onConflict == ConflictAction.Fail)
            throw Texts.Error("RestoreConflict", ExitCode.MigrationFailed, new ErrorPlace(TargetName: entry.Name.ToString()), null, entry.Name, Texts.Get("RestoreColumnConflict", conflicts));
        var assignments = string.Join(", ", lost.Select(column => $"{ObjectName.Quote(column.Name)} = s.{ObjectName.Quote(column.Name)}"));
        var where = onConflict == ConflictAction.Replace ? same : $"{same} AND NOT ({taken})";
        var loaded = await ExecuteAsync($"UPDATE {target.Name} AS t SET {assignments} FROM {stage} AS s WHERE {where}", cancellationToken).ConfigureAwait(false);
        return result with
        {
            Loaded = loaded,
            Replaced = onConflict == ConflictAction.Replace ? conflicts : 0,
            Skipped = entry.Rows - result.Rejected - loaded,
        };
    }

    // ADD COLUMN … DEFAULT gives rows from before a value that nobody wrote: that is no conflict.
    private static string Taken(RestoreTarget.Column column)
    {
        var name = ObjectName.Quote(column.Name);
        var written = column.Default is { } value ? $" AND t.{name}::text IS DISTINCT FROM ({value})::text" : "";

        // As text, because not every type can be compared (json, point).
        return $"(t.{name} IS NOT NULL AND t.{name}::text IS DISTINCT FROM s.{name}::text{written})";
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = 0, BatchCommands = { new(sql) } };
        return await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> ScalarAsync<T>(string[] statements, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var sql in statements)
            batch.BatchCommands.Add(new(sql));
        return (T)(await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(ObjectName.Quote));
}
