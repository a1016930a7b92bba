using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>
/// Loads one file of a backup. An empty table is loaded by COPY at once; when that meets a rule that a row breaks, and when the table
/// holds rows, the file goes through a temporary table, where SQL sorts out what exists, what may be overwritten and what is rejected.
/// </summary>
/// <param name="staged">The file and the table.</param>
internal sealed class TableLoader(StagedRows staged)
{
    private readonly BackupEntry entry = staged.Entry;
    private readonly List<AttributeOrder> orders =
    [
        .. staged.Entry.Columns.Select(column => AttributeOrder.Of(column, staged.Target.Columns[column.Name])).OfType<AttributeOrder>(),
    ];

    /// <summary>Loads the file.</summary>
    public async Task<RestoredTable> LoadAsync(CancellationToken cancellationToken)
    {
        var result = new RestoredTable(entry.Name.ToString(), entry.Rows)
        {
            Columns = entry.ColumnsOnly ? [.. entry.Columns.Select(column => column.Name).Except(entry.Key)] : [],
        };
        if (entry.Rows == 0)
            return result;
        if (!entry.ColumnsOnly && orders.Count == 0 && await TryDirectAsync(cancellationToken).ConfigureAwait(false))
            return result with { Loaded = entry.Rows };
        await StageAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            result =
                entry.ColumnsOnly ? await new ColumnRestoration(staged).LoadAsync(result, cancellationToken).ConfigureAwait(false)
                : staged.Session.OnConflict == ConflictAction.Replace
                    ? await new RowReplacement(staged).LoadAsync(result, cancellationToken).ConfigureAwait(false)
                : await new RowInsertion(staged).LoadAsync(result, cancellationToken).ConfigureAwait(false);
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
                .With(staged.Session.OnConflict == ConflictAction.Replace ? Texts.Get("RestoreConflict.ReplaceAdvice") : null);
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
        || (staged.Session.OnConflict == ConflictAction.Replace && e.SqlState == PostgresErrorCodes.ForeignKeyViolation);

    /// <summary>Loads an empty table by COPY. Returns false, with nothing loaded, when it is not empty or a row breaks a rule.</summary>
    private async Task<bool> TryDirectAsync(CancellationToken cancellationToken)
    {
        if (
            !await staged
                .ScalarAsync<bool>(
                    [$"SELECT NOT EXISTS (SELECT FROM {staged.Target.Rows})", BatchStep.Unguarded("SAVEPOINT mued_copy")],
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
            return false;
        try
        {
            await CopyAsync(staged.Target.Name.ToString(), cancellationToken).ConfigureAwait(false);
            await staged.ExecuteAsync("RELEASE SAVEPOINT mued_copy", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (SqlStates.IsConstraintViolation(e.SqlState))
        {
            await staged.ExecuteAsync("ROLLBACK TO SAVEPOINT mued_copy", cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        // The names and types of the table's own columns, so that its checks and index expressions can be asked of the staged rows.
        await staged
            .Session.Connection.ExecuteAsync(
                [
                    BatchStep.Unguarded(
                        $"CREATE TEMPORARY TABLE {staged.Stage} ON COMMIT DROP AS SELECT {staged.Columns} FROM {staged.Target.Name} WITH NO DATA"
                    ),
                    .. orders.SelectMany((order, i) => order.Before(staged.Stage, i)),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        await CopyAsync(staged.Stage, cancellationToken).ConfigureAwait(false);
        await staged.Session.Connection.ExecuteAsync([.. Turn(), $"ANALYZE {staged.Stage}"], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the rows over that were read as their types were; nothing where these are as they were.</summary>
    private IEnumerable<BatchStep> Turn()
    {
        if (orders.Count == 0)
            return [];
        const string read = "pg_temp.mued_read";
        var values = entry.Columns.Select(column =>
        {
            var name = ObjectName.Quote(column.Name);
            return orders.Find(order => order.Column == column.Name) is { } order ? $"{order.Value} AS {name}" : name;
        });
        return
        [
            $"ALTER TABLE {staged.Stage} RENAME TO {read["pg_temp.".Length..]}",
            $"CREATE TEMPORARY TABLE {staged.Stage} ON COMMIT DROP AS SELECT {string.Join(", ", values)} FROM {read}",
            $"DROP TABLE {read}",
            .. orders.SelectMany(order => order.After),
        ];
    }

    private Task CopyAsync(string table, CancellationToken cancellationToken) =>
        RowCopy.IntoAsync(staged.Session, entry, $"{table} {entry.Into}", cancellationToken);
}
