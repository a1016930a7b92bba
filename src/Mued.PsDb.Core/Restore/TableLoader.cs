using System.Globalization;
using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>
/// Loads one file of a backup. An empty table is loaded by COPY at once; when that meets a rule that a row breaks, and when the table
/// holds rows, the file goes through a temporary table, where SQL sorts out what exists, what may be overwritten and what is rejected.
/// </summary>
internal sealed class TableLoader
{
    private const int ConflictsNamed = 100;

    private readonly RestoreSession session;
    private readonly NpgsqlConnection connection;
    private readonly BackupEntry entry;
    private readonly RestoreTarget target;
    private readonly ConflictAction onConflict;
    private readonly string stage;
    private readonly string match;
    private readonly IReadOnlyList<RestoreTarget.Column> own;
    private readonly string columns;
    private readonly string into;

    /// <param name="session">What all tables share.</param>
    /// <param name="entry">The file.</param>
    /// <param name="target">The table.</param>
    /// <param name="number">The file's number, which tells its temporary tables apart.</param>
    public TableLoader(RestoreSession session, BackupEntry entry, RestoreTarget target, int number)
    {
        (this.session, this.entry, this.target) = (session, entry, target);
        (connection, onConflict) = (session.Connection, session.OnConflict);
        stage = string.Create(CultureInfo.InvariantCulture, $"pg_temp.mued_stage_{number}");
        match = string.Create(CultureInfo.InvariantCulture, $"pg_temp.mued_match_{number}");

        // Columns that a file of their own brings are its business.
        var later = session
            .Backup.Manifest.Entries.Where(other => other.ColumnsOnly && other != entry && other.Name == entry.Name)
            .SelectMany(other => other.Columns.Select(column => column.Name).Except(other.Key))
            .ToList();
        own = [.. entry.Columns.Where(column => !later.Contains(column.Name)).Select(column => target.Columns[column.Name])];
        columns = List(entry.Columns.Select(column => column.Name));
        into = entry.Columns.Count > 0 ? $"({columns})" : "";
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
        try
        {
            result =
                entry.ColumnsOnly ? await UpdateColumnsAsync(result, cancellationToken).ConfigureAwait(false)
                : onConflict == ConflictAction.Replace ? await ReplaceAsync(result, cancellationToken).ConfigureAwait(false)
                : await InsertAsync(result, cancellationToken).ConfigureAwait(false);
            return result.Loaded + result.Skipped + result.Rejected == entry.Rows ? result : throw Unaccounted(result);
        }
        catch (PostgresException e) when (IsConflict(e))
        {
            throw Texts
                .Error(
                    "RestoreConflict",
                    ExitCode.MigrationFailed,
                    new ErrorPlace(SqlState: e.SqlState, TargetName: entry.Name.ToString()),
                    e,
                    entry.Name,
                    e.MessageText
                )
                .With(onConflict == ConflictAction.Replace ? Texts.Get("RestoreConflict.ReplaceAdvice") : null);
        }
    }

    private MuedException Unaccounted(RestoredTable result) =>
        Texts.Error(
            "RestoreRowsUnaccounted",
            ExitCode.MigrationFailed,
            new ErrorPlace(TargetName: result.Name),
            null,
            result.Name,
            result.Rows,
            result.Loaded,
            result.Skipped,
            result.Rejected
        );

    // A row that is overwritten may be one that others refer to by what is overwritten.
    private bool IsConflict(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation
        || (onConflict == ConflictAction.Replace && e.SqlState == PostgresErrorCodes.ForeignKeyViolation);

    /// <summary>Loads an empty table by COPY. Returns false, with nothing loaded, when it is not empty or a row breaks a rule.</summary>
    private async Task<bool> TryDirectAsync(CancellationToken cancellationToken)
    {
        if (
            !await ScalarAsync<bool>(
                    [$"SELECT NOT EXISTS (SELECT FROM {target.Rows})", BatchStep.Unguarded("SAVEPOINT mued_copy")],
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
            return false;
        try
        {
            await CopyAsync(target.Name.ToString(), cancellationToken).ConfigureAwait(false);
            await ExecuteAsync("RELEASE SAVEPOINT mued_copy", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (SqlStates.IsConstraintViolation(e.SqlState))
        {
            await ExecuteAsync("ROLLBACK TO SAVEPOINT mued_copy", cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        // The names and types of the table's own columns, so that its checks and index expressions can be asked of the staged rows.
        await connection
            .ExecuteAsync(
                [BatchStep.Unguarded($"CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {target.Name} WITH NO DATA")],
                cancellationToken
            )
            .ConfigureAwait(false);
        await CopyAsync(stage, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync($"ANALYZE {stage}", cancellationToken).ConfigureAwait(false);
    }

    private async Task CopyAsync(string table, CancellationToken cancellationToken)
    {
        (long Rows, long) copied;
        var rows = session.Backup.OpenRows(entry);
        await using (rows.ConfigureAwait(false))
        {
            var copy = await connection
                .BeginTextImportAsync($"COPY {table} {into} FROM STDIN (FORMAT text, ENCODING 'UTF8')", cancellationToken)
                .ConfigureAwait(false);
            try
            {
                copied = await RowPump
                    .CopyAsync(
                        rows,
                        copy.BaseStream,
                        new RowProgress(session.Progress, "RestoreRows", entry.Name, entry.Rows).Advanced,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                await copy.CancelAsync().ConfigureAwait(false);
                throw session.Backup.Damaged(entry, e);
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
            throw session.Backup.Damaged(entry);
    }

    /// <summary>Takes rows that the table cannot hold out of the staged ones, rule by rule.</summary>
    private async Task<RestoredTable> RejectAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var rejections = new Dictionary<string, long>(StringComparer.Ordinal);
        var given = entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var column in given.Where(name => target.Columns[name].NotNull))
            await RejectAsync(IsNull(ObjectName.Quote(column)), Texts.Get("RejectedNull", ObjectName.Quote(column))).ConfigureAwait(false);
        var rules = target.Rules.Where(rule => rule.Columns.All(given.Contains)).ToList();
        foreach (var rule in rules.Where(rule => rule.Check is not null))
            await RejectAsync($"({rule.Check}) IS FALSE", Texts.Get("RejectedCheck", rule.Name)).ConfigureAwait(false);

        // Without the right to read the parent the foreign key alone must do. Rows that refer to a rejected row of their own table go as
        // well.
        var keys = rules.Where(rule => rule.Parent is not null && rule.ParentReadable && !session.Deferred.Contains(rule)).ToList();
        for (var again = true; again; )
        {
            again = false;
            foreach (var key in keys)
                again |=
                    await RejectAsync(Orphan(key), Texts.Get("RejectedForeignKey", key.Name, key.Parent!)).ConfigureAwait(false)
                    && keys.Exists(AmongThemselves);
        }

        return result with
        {
            Rejections = [.. result.Rejections, .. rejections.Select(pair => new RejectedRows(pair.Key, pair.Value))],
        };

        async Task<bool> RejectAsync(string condition, string reason)
        {
            var rows = await AskAsync($"DELETE FROM {stage} AS s WHERE {condition}", cancellationToken).ConfigureAwait(false);
            if (rows > 0)
                rejections[reason] = rejections.GetValueOrDefault(reason) + rows;
            return rows > 0;
        }
    }

    private bool AmongThemselves(RestoreTarget.Rule key) => !entry.ColumnsOnly && target.Holds(key.Parent!.Value);

    // MATCH SIMPLE: a key with a null in it refers to nothing. A table that refers to itself may find the parent among the staged rows.
    private string Orphan(RestoreTarget.Rule rule)
    {
        var pairs = rule
            .Columns.Zip(rule.ParentColumns, rule.Operators)
            .Select(pair => $"p.{ObjectName.Quote(pair.Second)} {pair.Third} s.{ObjectName.Quote(pair.First)}");
        var condition = string.Join(" AND ", pairs);
        var orphan = string.Join(
            " AND ",
            rule.Columns.Select(child => $"NOT {IsNull($"s.{ObjectName.Quote(child)}")}")
                .Append($"NOT EXISTS (SELECT FROM {rule.ParentRows} AS p WHERE {condition})")
        );
        return AmongThemselves(rule) ? $"{orphan} AND NOT EXISTS (SELECT FROM {stage} AS p WHERE {condition})" : orphan;
    }

    /// <summary>
    /// Inserts the rows that are not there yet. Of those that are, values that nobody has touched since they were made give way, and what
    /// others have written stays and is told.
    /// </summary>
    private async Task<RestoredTable> InsertAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var keyed = await MatchAsync(cancellationToken).ConfigureAwait(false);
        if (onConflict == ConflictAction.Fail)
            await EnsureNoneOfOthersAsync(cancellationToken).ConfigureAwait(false);
        result = await SpareAsync(result, cancellationToken).ConfigureAwait(false);
        var merged = 0;
        if (keyed)
        {
            result = await ConflictsAsync(result, Pairs, own.Select(column => (column.Name, Clash(column.Name))), cancellationToken)
                .ConfigureAwait(false);
            merged = await MergeAsync(cancellationToken).ConfigureAwait(false);
        }

        var there = await ExecuteAsync($"DELETE FROM {stage} WHERE ctid IN (SELECT new FROM {match})", cancellationToken)
            .ConfigureAwait(false);
        result = await RejectAsync(result, cancellationToken).ConfigureAwait(false);

        // What is left may stand in the way of an exclusion constraint, or of an index over columns that are not in the backup.
        var skip = onConflict == ConflictAction.Skip && !target.Ruled && target.UniqueIndexes.All(index => index.Immediate);
        var loaded = await InsertAsync($"{stage}{(skip ? " ON CONFLICT DO NOTHING" : "")}", cancellationToken).ConfigureAwait(false);
        var barred = skip ? entry.Rows - result.Rejected - there - loaded : 0;
        if (barred > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedBarred"), barred)] };
        return result with { Loaded = loaded + merged, Replaced = merged, Skipped = there - merged };
    }

    private async Task EnsureNoneOfOthersAsync(CancellationToken cancellationToken)
    {
        var made = session.Made.Know(entry.Name)
            ? $" WHERE NOT EXISTS (SELECT FROM {UndoneTable.Made} AS o WHERE o.part = m.part AND o.id = m.old AND o.whole)"
            : "";
        var there = await ScalarAsync<long>([$"SELECT count(DISTINCT m.new) FROM {match} AS m{made}"], cancellationToken)
            .ConfigureAwait(false);
        if (there > 0)
            throw Conflict(Figures.Count(there, "row"));
    }

    private MuedException Conflict(string what) =>
        Texts.Error("RestoreConflict", ExitCode.MigrationFailed, new ErrorPlace(TargetName: entry.Name.ToString()), null, entry.Name, what);

    // The rows t of the table, s of the backup that are one, as far as that is certain.
    private string Pairs =>
        $"""
            FROM (SELECT m.*, pg_catalog.count(*) OVER (PARTITION BY m.new) AS olds, pg_catalog.count(*) OVER (PARTITION BY m.part, m.old) AS news FROM {match} AS m) AS m
            JOIN {target.Rows} AS t ON t.tableoid {RestoreTarget.UniqueIndex.Builtin} m.part AND t.ctid {RestoreTarget.UniqueIndex.Builtin} m.old
            JOIN {stage} AS s ON s.ctid {RestoreTarget.UniqueIndex.Builtin} m.new
            """;

    private string Clash(string column)
    {
        var made = target.Columns[column].AlwaysIdentity
            ? "false"
            : $"{session.Made.Same(entry.Name, column)} AND m.olds OPERATOR(pg_catalog.=) 1 AND m.news OPERATOR(pg_catalog.=) 1";
        return $"NOT {Equal(target.Columns[column])} AND NOT ({made})";
    }

    /// <summary>Notes the rows that differ in columns that others have written.</summary>
    private async Task<RestoredTable> ConflictsAsync(
        RestoredTable result,
        string pairs,
        IEnumerable<(string Name, string Clash)> clashes,
        CancellationToken cancellationToken
    )
    {
        var differing = clashes.Select(column => $"CASE WHEN {column.Clash} THEN {SqlString.Literal(column.Name)} END").ToList();
        if (differing.Count == 0)
            return result;
        var found = await connection
            .QueryAsync(
                [
                    BatchStep.Unguarded(
                        $"""
                        SELECT c.key, c.columns, pg_catalog.count(*) OVER () FROM (
                            SELECT {Key("s")} AS key, pg_catalog.array_remove(ARRAY[{string.Join(
                            ", ",
                            differing
                        )}]::pg_catalog.text[], NULL) AS columns {pairs}
                        ) AS c WHERE pg_catalog.cardinality(c.columns) OPERATOR(pg_catalog.>) 0 ORDER BY 1 LIMIT {ConflictsNamed}
                        """
                    ),
                ],
                reader =>
                    reader.RowsAsync(
                        row => (Row: new RowConflict(row.GetString(0), row.GetFieldValue<string[]>(1)), All: row.GetInt64(2)),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return found.Count == 0
            ? result
            : result with
            {
                Conflicting = result.Conflicting + found[0].All,
                Conflicts = [.. result.Conflicts, .. found.Select(item => item.Row)],
            };
    }

    // (a, b) = (1, x)
    private string Key(string row)
    {
        var names =
            entry.ColumnsOnly ? entry.Key
            : target.UniqueIndexes is [var index, ..] ? index.Columns
            : [.. entry.Columns.Select(column => column.Name)];
        var values = names
            .Where(name => target.Columns.ContainsKey(name))
            .Select(name => $"{row}.{ObjectName.Quote(name)}::pg_catalog.text");
        return $"pg_catalog.concat({SqlString.Literal($"({List(names)}) = (")}, pg_catalog.concat_ws(', ', {string.Join(", ", values.DefaultIfEmpty("''"))}), ')')";
    }

    /// <summary>Notes rows that were not there before the undo and that stay because rows of others refer to them.</summary>
    private Task<RestoredTable> SpareAsync(RestoredTable result, CancellationToken cancellationToken) =>
        session.Made.Know(entry.Name) ? ConflictsOfSparedAsync(result, cancellationToken) : Task.FromResult(result);

    private async Task<RestoredTable> ConflictsOfSparedAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var spared = await connection
            .QueryAsync(
                [
                    $"""
                    SELECT {Key("t")} FROM {target.Rows} AS t JOIN {UndoneTable.Made} AS o ON {MadeRows.IsOf("t")}
                    WHERE o.whole AND NOT o.doomed AND NOT EXISTS (SELECT FROM {match} AS m WHERE m.part = o.part AND m.old = o.id) ORDER BY 1
                    """,
                ],
                reader => reader.RowsAsync(row => new RowConflict(row.GetString(0), []), cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        return result with
        {
            Conflicting = result.Conflicting + spared.Count,
            Conflicts = [.. result.Conflicts, .. spared.Take(ConflictsNamed)],
        };
    }

    /// <summary>Puts values back that nobody has touched since they were made. Returns how many rows got any.</summary>
    private async Task<int> MergeAsync(CancellationToken cancellationToken)
    {
        if (!session.Made.Know(entry.Name))
            return 0;
        var open = own.Where(column => !column.AlwaysIdentity).ToList();
        if (open.Count == 0)
            return 0;
        const string same = RestoreTarget.UniqueIndex.Builtin;
        var assignments = open.Select(column =>
        {
            var name = ObjectName.Quote(column.Name);
            return $"{name} = CASE WHEN {session.Made.Same(entry.Name, column.Name)} THEN s.{name} ELSE t.{name} END";
        });
        var wanted = open.Select(column => $"(NOT {Equal(column)} AND {session.Made.Same(entry.Name, column.Name)})");
        return await AskAsync(
                $"""
                UPDATE {target.Rows} AS t SET {string.Join(", ", assignments)}
                FROM (SELECT m.*, pg_catalog.count(*) OVER (PARTITION BY m.new) AS olds, pg_catalog.count(*) OVER (PARTITION BY m.part, m.old) AS news FROM {match} AS m) AS m
                JOIN {stage} AS s ON s.ctid {same} m.new
                WHERE t.tableoid {same} m.part AND t.ctid {same} m.old AND m.olds {same} 1 AND m.news {same} 1 AND ({string.Join(
                    " OR ",
                    wanted
                )})
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Overwrites the rows that stand in the way by any unique index, and inserts the rest. Rows are updated and not deleted, so that
    /// nothing cascades to rows that refer to them.
    /// </summary>
    private async Task<RestoredTable> ReplaceAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        result = await RejectAsync(result, cancellationToken).ConfigureAwait(false);
        await MatchAsync(cancellationToken).ConfigureAwait(false);
        result = await SpareAsync(result, cancellationToken).ConfigureAwait(false);
        var given = entry.Columns.Select(column => target.Columns[column.Name]).ToList();
        var fixedColumns = given
            .Where(column => column.AlwaysIdentity)
            .Select(column => $"t.{ObjectName.Quote(column.Name)} IS DISTINCT FROM s.{ObjectName.Quote(column.Name)}");
        const string same = RestoreTarget.UniqueIndex.Builtin;
        const string isOld = $"t.tableoid {same} m.part AND t.ctid {same} m.old";
        var ambiguous = await ExecuteAsync(
                $"""
                DELETE FROM {stage} WHERE ctid IN (
                    SELECT new FROM (SELECT new, count(*) OVER (PARTITION BY new) AS olds, count(*) OVER (PARTITION BY part, old) AS news FROM {match}) AS m
                    WHERE m.olds > 1 OR m.news > 1
                    {string.Concat(
                    fixedColumns.Select(condition =>
                        $"UNION SELECT m.new FROM {match} AS m JOIN {target.Rows} AS t ON {isOld} JOIN {stage} AS s ON s.ctid = m.new WHERE {condition} "
                    )
                )})
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (ambiguous > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedAmbiguous"), ambiguous)] };
        var assignments = string.Join(
            ", ",
            given
                .Where(column => !column.AlwaysIdentity)
                .Select(column => $"{ObjectName.Quote(column.Name)} = s.{ObjectName.Quote(column.Name)}")
        );
        var replaced =
            assignments.Length == 0
                ? 0
                : await AskAsync(
                        $"UPDATE {target.Rows} AS t SET {assignments} FROM {match} AS m JOIN {stage} AS s ON s.ctid {same} m.new WHERE {isOld}",
                        cancellationToken
                    )
                    .ConfigureAwait(false);
        var inserted = await InsertAsync(
                $"{stage} AS s WHERE NOT EXISTS (SELECT FROM {match} AS m WHERE m.new {same} s.ctid)",
                cancellationToken
            )
            .ConfigureAwait(false);

        // Where there is nothing to overwrite a row with, it is there as it was.
        var skipped = assignments.Length > 0 ? 0 : entry.Rows - result.Rejected - inserted;
        return result with { Loaded = replaced + inserted, Replaced = replaced, Skipped = skipped };
    }

    /// <summary>
    /// Finds which staged rows are in the table already, by its unique indexes or, where it has none, as rows that are equal. Returns whether
    /// it has any.
    /// </summary>
    private async Task<bool> MatchAsync(CancellationToken cancellationToken)
    {
        var given = entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var usable = target.UniqueIndexes.Where(index => index.Columns.All(given.Contains)).ToList();

        // As text, because not every type can be compared; numbered, because equal rows may be there several times.
        var row = $"ROW({columns})::pg_catalog.text";
        var keyed = usable.Count > 0;
        if (!keyed)
            usable.Add(
                new(
                    [row, $"pg_catalog.row_number() OVER (PARTITION BY {row})"],
                    null,
                    NullsDistinct: true,
                    Immediate: true,
                    [],
                    [RestoreTarget.UniqueIndex.Builtin, RestoreTarget.UniqueIndex.Builtin]
                )
            );
        await AskAsync(
                $"CREATE TEMPORARY TABLE {match} ON COMMIT DROP AS {string.Join("\nUNION\n", usable.Select(Matches))}",
                cancellationToken
            )
            .ConfigureAwait(false);
        return keyed;
    }

    // Both sides of a match are asked with the same expressions, over tables whose columns bear the same names.
    private string Matches(RestoreTarget.UniqueIndex index)
    {
        return $"SELECT t.part, t.id AS old, s.id AS new FROM ({Side(target.Rows)}) AS t JOIN ({Side(stage)}) AS s ON "
            + string.Join(" AND ", index.Operators.Select(Same));

        string Same(string equal, int i)
        {
            var same = string.Create(CultureInfo.InvariantCulture, $"t.k{i} {equal} s.k{i}");
            return index.NullsDistinct
                ? same
                : string.Create(CultureInfo.InvariantCulture, $"({same} OR {IsNull($"t.k{i}")} AND {IsNull($"s.k{i}")})");
        }

        string Side(string table) =>
            "SELECT tableoid AS part, ctid AS id, "
            + string.Join(", ", index.Keys.Select((key, i) => string.Create(CultureInfo.InvariantCulture, $"({key}) AS k{i}")))
            + $" FROM {table}{(index.Predicate is { } predicate ? $" WHERE {predicate}" : "")}";
    }

    /// <summary>
    /// Puts columns back into rows that stayed. A value that is there and is not what the column began with is a conflict.
    /// </summary>
    private async Task<RestoredTable> UpdateColumnsAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        result = await RejectAsync(result, cancellationToken).ConfigureAwait(false);
        var lost = result.Columns.Select(name => target.Columns[name]).ToList();
        var same = string.Join(
            " AND ",
            entry.Key.Select(key => $"t.{ObjectName.Quote(key)} {target.EqualOf(key)} s.{ObjectName.Quote(key)}")
        );
        var gone = await ExecuteAsync(
                $"DELETE FROM {stage} AS s WHERE NOT EXISTS (SELECT FROM {target.Rows} AS t WHERE {same})",
                cancellationToken
            )
            .ConfigureAwait(false);
        if (gone > 0)
            result = result with { Rejections = [.. result.Rejections, new(Texts.Get("RejectedNoRow"), gone)] };
        var taken = string.Join(" OR ", lost.Select(Taken));
        var conflicts = await ScalarAsync<long>(
                [
                    BatchStep.Unguarded(
                        $"SELECT pg_catalog.count(*) FILTER (WHERE {taken}) FROM {target.Rows} AS t JOIN {stage} AS s ON {same}"
                    ),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (conflicts > 0 && onConflict == ConflictAction.Fail)
            throw Conflict(Texts.Get("RestoreColumnConflict", conflicts));
        var replace = onConflict == ConflictAction.Replace;
        if (conflicts > 0 && !replace)
            result = await ConflictsAsync(
                    result,
                    $"FROM {target.Rows} AS t JOIN {stage} AS s ON {same}",
                    lost.Select(column => (column.Name, Taken(column))),
                    cancellationToken
                )
                .ConfigureAwait(false);
        var assignments = string.Join(", ", lost.Select(column => Assignment(column, replace)));

        // A row that keeps a value, and has nothing else to get, is one that was left out.
        var where = replace
            ? same
            : $"{same} AND NOT (({taken}) AND {string.Join(" AND ", lost.Select(column => $"({Taken(column)} OR {Equal(column)})"))})";
        var identities = lost.Where(column => column.AlwaysIdentity)
            .Select(column => $"ALTER TABLE {target.Name} ALTER COLUMN {ObjectName.Quote(column.Name)} SET GENERATED ")
            .ToList();
        foreach (var identity in identities)
            await ExecuteAsync(identity + "BY DEFAULT", cancellationToken).ConfigureAwait(false);
        var loaded = await AskAsync($"UPDATE {target.Rows} AS t SET {assignments} FROM {stage} AS s WHERE {where}", cancellationToken)
            .ConfigureAwait(false);
        foreach (var identity in identities)
            await ExecuteAsync(identity + "ALWAYS", cancellationToken).ConfigureAwait(false);
        return result with { Loaded = loaded, Replaced = replace ? conflicts : 0, Skipped = entry.Rows - result.Rejected - loaded };
    }

    private string Assignment(RestoreTarget.Column column, bool replace)
    {
        var name = ObjectName.Quote(column.Name);
        return replace ? $"{name} = s.{name}" : $"{name} = CASE WHEN {Taken(column)} THEN t.{name} ELSE s.{name} END";
    }

    // As text, because not every type can be compared (json, point).
    private static string Equal(RestoreTarget.Column column) =>
        Equal($"t.{ObjectName.Quote(column.Name)}", $"s.{ObjectName.Quote(column.Name)}");

    // IS NULL would ask the fields of a composite value; beside NULL itself no operator is looked up.
    private static string IsNull(string expression) => $"(({expression}) IS NOT DISTINCT FROM NULL)";

    // IS NOT DISTINCT FROM looks its operator up by the search path.
    private static string Equal(string one, string other) =>
        $"coalesce(({one})::pg_catalog.text {RestoreTarget.UniqueIndex.Builtin} ({other})::pg_catalog.text, {IsNull(one)} AND {IsNull(other)})";

    // ADD COLUMN … DEFAULT gives rows from before a value that nobody wrote, kept apart when it was computed once: that is no conflict.
    private string Taken(RestoreTarget.Column column)
    {
        var name = ObjectName.Quote(column.Name);
        var given = new[] { column.Default, column.Missing is { } value ? $"{SqlString.Literal(value)}::{column.Type}" : null };
        var written = string.Concat(given.OfType<string>().Select(expression => $" AND NOT {Equal($"t.{name}", expression)}"));
        return $"(NOT {IsNull($"t.{name}")} AND NOT {Equal(column)}{written} AND NOT {session.Made.Same(entry.Name, column.Name)})";
    }

    private Task<int> InsertAsync(string source, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            [BatchStep.Unguarded($"INSERT INTO {target.Name} {into} OVERRIDING SYSTEM VALUE SELECT {columns} FROM {source}")],
            cancellationToken
        );

    /// <summary>
    /// Executes what evaluates expressions of the table's own, its checks, defaults and indexes: what these call may count on the session's
    /// search path. Whatever else stands in it is named in full.
    /// </summary>
    private Task<int> AskAsync(string sql, CancellationToken cancellationToken) =>
        connection.ExecuteAsync([BatchStep.Unguarded(sql)], cancellationToken);

    private Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken) => connection.ExecuteAsync([sql], cancellationToken);

    private async Task<T> ScalarAsync<T>(BatchStep[] steps, CancellationToken cancellationToken) =>
        (T)(await connection.ScalarAsync(steps, cancellationToken).ConfigureAwait(false))!;

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(ObjectName.Quote));
}
