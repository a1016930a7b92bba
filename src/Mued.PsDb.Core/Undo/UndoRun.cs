using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Mued.PsDb;

/// <summary>
/// One undo of one database. Every try is one transaction on a connection of its own: claim the history rows, rehearse, lock, back up,
/// run, compare, commit. What a try leaves in the backup's folder is deleted unless it committed.
/// </summary>
internal sealed class UndoRun : IAsyncDisposable
{
    private readonly Guid runId = Guid.NewGuid();
    private readonly ConnectionSettings settings;
    private readonly UndoOptions options;
    private readonly IProgress<RunProgress>? progress;
    private readonly MigrationFolder folder;
    private readonly HistoryTable history;
    private readonly RunObserver observer;
    private readonly RetryLadder ladder;
    private readonly string marker;
    private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;
    private readonly long begun = Stopwatch.GetTimestamp();
    private readonly List<ServerNotice> notices = [];
    private readonly List<string> warnings = [];
    private NpgsqlConnection? connection;
    private IReadOnlyList<PlannedUnit> units = [];
    private IReadOnlyList<TimeSpan> durations = [];
    private Loss loss = new([], [], false);
    private Dictionary<uint, long> rows = [];
    private BackupInfo? backup;
    private string? serverVersion;

    public UndoRun(ConnectionSettings settings, UndoOptions options, IProgress<RunProgress>? progress)
    {
        if (options.MaxAttempts < 1)
            throw Texts.Usage("OptionOutOfRange", nameof(options.MaxAttempts), options.MaxAttempts, "1");
        if (options.LockTimeout < TimeSpan.Zero)
            throw Texts.Usage("OptionOutOfRange", nameof(options.LockTimeout), options.LockTimeout, "0");
        if (options is { NoBackup: true, BackupPath: not null })
            throw Texts.Usage("BackupContradiction");
        this.options = options;
        this.progress = progress;
        folder = MigrationFolder.Read(options.Path, [], allowDuplicateVersion: true);
        history = new(options.HistoryTable);
        this.settings = settings.WithApplicationName($"{settings.ApplicationName} {runId.ToString("N")[..8]}");
        observer = new(settings, this.settings.ApplicationName, options.LockTimeout, progress);
        ladder = new(options.MaxAttempts, options.RetryTime, TimeProvider.System);
        marker = $"mued_{runId:N}";
        warnings.AddRange(settings.Warnings);
    }

    /// <summary>What the undo would do.</summary>
    public async Task<UndoPlan> PlanAsync(CancellationToken cancellationToken)
    {
        await RetryAsync(RehearseAsync, cancellationToken).ConfigureAwait(false);
        return new(settings.Target, [.. units.Select(unit => unit.ToUnit(UndoStatus.Pending))])
        {
            Tables = loss.Tables(rows),
            Columns = loss.Columns(rows),
            Dependents = loss.Dependents,
            BackupPath = BackupWanted ? BackupPath() : null,
            Warnings = warnings,
        };
    }

    /// <summary>Does it.</summary>
    public async Task<UndoReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        var (status, error) = (UndoStatus.Pending, (MuedError?)null);
        try
        {
            if (options.BackupPath is { } path && !options.DryRun)
                BackupFolder.Create(path).Delete();
            var done = await RetryAsync(options.DryRun ? RehearseAsync : AttemptAsync, cancellationToken).ConfigureAwait(false);
            status = done ? UndoStatus.Undone : UndoStatus.Pending;
        }
        catch (MuedException e) when (e.ExitCode is ExitCode.MigrationFailed)
        {
            (status, error) = (e.ErrorId == "UndoOutcomeUnknown" ? UndoStatus.Unknown : UndoStatus.Failed, MuedError.From(e));
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            (status, error) = (UndoStatus.Failed, MuedError.From(Texts.Error("Cancelled", ExitCode.Cancelled, e)));
        }

        return new(Outcome(error), settings.Target, settings.Source)
        {
            Path = folder.Path,
            ServerVersion = serverVersion,
            StartedAt = startedAt,
            Duration = Stopwatch.GetElapsedTime(begun),
            Units = [.. units.Select((unit, i) => unit.ToUnit(status, durations.ElementAtOrDefault(i)))],
            Tables = loss.Tables(rows),
            Columns = loss.Columns(rows),
            Dependents = loss.Dependents,
            Backup = backup,
            Attempts = ladder.Attempts,
            Notices = notices,
            Warnings = warnings,
            Error = error,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await observer.DisposeAsync().ConfigureAwait(false);
        await DisconnectAsync().ConfigureAwait(false);
    }

    private bool BackupWanted => !options.NoBackup && loss.Relations.Any(relation => relation.Copied.Count > 0)
        && (options.BackupPath is not null || rows.Values.Any(count => count > 0));

    private RunStatus Outcome(MuedError? error)
        => error is not null ? RunStatus.Failed : units.Count == 0 ? RunStatus.NothingToDo : options.DryRun ? RunStatus.DryRun : RunStatus.Succeeded;

    /// <summary>A folder named after database and time, in UTC, unless the caller named one.</summary>
    private string BackupPath()
    {
        if (options.BackupPath is { } given)
            return Path.GetFullPath(given);
        var invalid = Path.GetInvalidFileNameChars();
        var name = string.Concat(settings.Database.Select(c => invalid.Contains(c) ? '_' : c));
        return Path.Combine(Path.GetFullPath(options.BackupRoot ?? Environment.CurrentDirectory),
            string.Create(CultureInfo.InvariantCulture, $"{name}-{startedAt:yyyyMMdd'T'HHmmss'Z'}"));
    }

    /// <summary>Tries until it works, or is not worth another try.</summary>
    private async Task<bool> RetryAsync(Func<CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await ConnectAsync(cancellationToken).ConfigureAwait(false);
                var inspection = await Inspection.ReadAsync(connection!, history, cancellationToken).ConfigureAwait(false);
                units = UndoPlanner.Plan(folder.Rollbacks, inspection.History, options.Target);
                if (units.Count == 0)
                    return false;
                observer.Watch(units[0].Script.Name);
                return await attempt(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NpgsqlException or MuedException or IOException)
            {
                var blockers = observer.Unwatch();
                var error = ErrorOf(e);
                if (!PassesByItself(e))
                    throw error;
                if (ladder.Failed(error.SqlState, error.Message, blockers) is not { } delay)
                    throw error;
                progress?.Report(new(ProgressKind.Waiting, Texts.Get("UndoRetry", error.Message)));
                await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                observer.Unwatch();
                await DisconnectAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The plan and the dry run: everything but the deed.</summary>
    private async Task<bool> RehearseAsync(CancellationToken cancellationToken)
    {
        using var batch = Begin(claim: false);
        var rehearsal = new UndoRehearsal(connection!, units, marker);
        var vanished = await rehearsal.RunAsync(batch, cancellationToken).ConfigureAwait(false);
        if (await DescribeAsync(rehearsal, vanished, lockTables: false, cancellationToken).ConfigureAwait(false))
            rows = await CountAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(cancellationToken, "ROLLBACK").ConfigureAwait(false);
        return false;
    }

    private async Task<bool> AttemptAsync(CancellationToken cancellationToken)
    {
        using var batch = Begin(claim: true);
        var rehearsal = new UndoRehearsal(connection!, units, marker);
        progress?.Report(new(ProgressKind.Step, Texts.Get("UndoRehearsing", string.Join(", ", units.Select(unit => unit.Script.Name)))));
        var vanished = await rehearsal.RunAsync(batch, cancellationToken).ConfigureAwait(false);

        // Another runner took one of them back meanwhile.
        if (batch.BatchCommands.Skip(2).Take(units.Sum(unit => unit.Rows.Count)).Any(claim => claim.RecordsAffected != 1))
            throw Texts.Error("UndoRaced", ExitCode.MigrationFailed, null, settings.Target);
        if (!await DescribeAsync(rehearsal, vanished, lockTables: true, cancellationToken).ConfigureAwait(false))
            return false;
        if (loss.Dependents.Count > 0 && !options.Force)
        {
            rows = await CountAsync(cancellationToken).ConfigureAwait(false);
            throw Texts.Error("UndoDependents", ExitCode.MigrationFailed, new ErrorPlace(TargetName: loss.Dependents[0].Name), null,
                loss.Dependents.Count, string.Join(", ", loss.Dependents.Select(dependent => $"{dependent.Kind} {dependent.Name}")));
        }

        BackupFolder? written = null;
        var committed = false;
        try
        {
            written = await BackUpAsync(cancellationToken).ConfigureAwait(false);
            committed = await DestroyAsync(rehearsal, vanished, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MuedException e) when (e.ErrorId == "UndoOutcomeUnknown")
        {
            committed = true;
            throw;
        }
        finally
        {
            if (!committed)
            {
                written?.Delete();
                backup = null;
            }
        }
    }

    /// <summary>The transaction's first statements: read committed, whatever the role's default, so that a look after a lock sees what came before it.</summary>
    private NpgsqlBatch Begin(bool claim)
    {
        var batch = new NpgsqlBatch(connection)
        {
            Timeout = 0,
            BatchCommands = { new("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"), HistoryTable.SetTimeouts(options.LockTimeout, null) },
        };
        if (claim)
        {
            foreach (var row in units.SelectMany(unit => unit.Rows))
                batch.BatchCommands.Add(history.Undo(row.Migration));
        }

        return batch;
    }

    /// <summary>Describes the loss. Returns false when nothing is recorded and nothing is there either.</summary>
    private async Task<bool> DescribeAsync(
        UndoRehearsal rehearsal, IReadOnlyList<CatalogObject> vanished, bool lockTables, CancellationToken cancellationToken)
    {
        loss = await rehearsal.DescribeAsync(vanished, MigrationsToRemake(), lockTables, cancellationToken).ConfigureAwait(false);
        if (units.Any(unit => unit.Rows.Count > 0))
            return true;
        if (!loss.Anything)
        {
            units = [];
            return false;
        }

        var warning = Texts.Get("UndoUnrecorded", string.Join(", ", units.Select(unit => unit.Script.Name)));
        if (!warnings.Contains(warning))
            warnings.Add(warning);
        return true;
    }

    /// <summary>The files of the migrations to take back, oldest first; null when one is missing or cannot run in a transaction.</summary>
    private IReadOnlyList<MigrationFile>? MigrationsToRemake()
    {
        var recorded = units.SelectMany(unit => unit.Rows).Select(row => row.Migration).ToHashSet(StringComparer.Ordinal);
        var oldest = units[^1].Script.Version;
        var files = folder.Files.Where(file => recorded.Count > 0 ? recorded.Contains(file.Name) : file.Version.CompareTo(oldest) >= 0).ToList();
        return files.Count >= recorded.Count && files.TrueForAll(file => file.Sql.Mode == ScriptMode.Transactional) ? files : null;
    }

    private async Task<BackupFolder?> BackUpAsync(CancellationToken cancellationToken)
    {
        rows = options.NoBackup || loss.Relations.Count == 0 || options.BackupPath is null ? await CountAsync(cancellationToken).ConfigureAwait(false) : [];
        if (!BackupWanted)
            return null;
        if (loss.WithoutKey.FirstOrDefault() is { } keyless)
            throw Texts.Error("BackupNoKey", ExitCode.MigrationFailed, new ErrorPlace(TargetName: keyless.Name.ToString()), null, keyless.Name, string.Join(", ", keyless.Lost.Select(column => column.Name)));

        observer.Unwatch();
        var target = BackupFolder.Create(BackupPath());
        try
        {
            await ExecuteAsync(cancellationToken, "SAVEPOINT mued_backup", BackupWriter.Settings).ConfigureAwait(false);
            var origin = await DatabaseIdentity.ReadAsync(connection!, settings, cancellationToken).ConfigureAwait(false);
            var writer = new BackupWriter(connection!, target, progress);
            backup = await writer.WriteAsync(loss, origin,
                [.. units.Select(unit => new BackupUnit(unit.Script.Name, unit.Script.Version.Text, [.. unit.Rows.Select(row => row.Migration)]))], cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(cancellationToken, "ROLLBACK TO SAVEPOINT mued_backup").ConfigureAwait(false);
            var copied = backup.Files.ToDictionary(file => file.Table, file => file.Rows, StringComparer.Ordinal);
            rows = loss.Relations.ToDictionary(relation => relation.Oid, relation => copied.GetValueOrDefault(relation.Name.ToString()));
            return target;
        }
        catch
        {
            target.Delete();
            backup = null;
            throw;
        }
    }

    /// <summary>Runs the scripts, makes sure that what vanished is what was copied, and commits.</summary>
    private async Task<bool> DestroyAsync(UndoRehearsal rehearsal, IReadOnlyList<CatalogObject> rehearsed, CancellationToken cancellationToken)
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("UndoRunning", string.Join(", ", units.Select(unit => unit.Script.Name)))));
        observer.Watch(units[0].Script.Name);
        notices.Clear();
        var (vanished, times) = await rehearsal.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        if (vanished.Except(rehearsed).Any())
            throw Texts.Error("UndoRaced", ExitCode.MigrationFailed, null, settings.Target);
        durations = times;
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("SELECT pg_current_xact_id()::text") } };
        var transaction = (string)(await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        cancellationToken.ThrowIfCancellationRequested();
        var commit = new UnknownCommit(settings, transaction, options.RetryTime);
        if (!await commit.CommitAsync(connection!, StillRecordedAsync).ConfigureAwait(false))
            throw Texts.Error("UndoRaced", ExitCode.MigrationFailed, null, settings.Target);
        progress?.Report(new(ProgressKind.Finished, Texts.Get("UndoFinished", string.Join(", ", units.Select(unit => unit.Script.Name)))));
        return true;
    }

    /// <summary>Whether the history still records what was to be taken back, written by the same run; null when it never did.</summary>
    private async Task<bool?> StillRecordedAsync(NpgsqlConnection other, CancellationToken cancellationToken)
    {
        var planned = units.SelectMany(unit => unit.Rows).Select(row => (row.Migration, row.RunId)).ToHashSet();
        if (planned.Count == 0)
            return null;
        var inspection = await Inspection.ReadAsync(other, history, cancellationToken).ConfigureAwait(false);
        return inspection.History.Any(row => planned.Contains((row.Migration, row.RunId)));
    }

    private async Task<Dictionary<uint, long>> CountAsync(CancellationToken cancellationToken)
    {
        if (loss.Relations.Count == 0)
            return [];
        using var batch = new NpgsqlBatch(connection) { Timeout = 0, BatchCommands = { new("SAVEPOINT mued_count"), new(BackupWriter.Settings) } };
        foreach (var relation in loss.Relations)
            batch.BatchCommands.Add(new($"SELECT count(*) FROM ONLY {relation.Name}"));
        batch.BatchCommands.Add(new("ROLLBACK TO SAVEPOINT mued_count"));
        var counts = new Dictionary<uint, long>();
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            foreach (var relation in loss.Relations)
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                counts.Add(relation.Oid, reader.GetInt64(0));
            }
        }

        return counts;
    }

    private async Task ExecuteAsync(CancellationToken cancellationToken, params string[] statements)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var statement in statements)
            batch.BatchCommands.Add(new(statement));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("Connecting", settings.Target)));
        connection = await settings.OpenAsync(reconnect: ladder.Attempts.Count > 0, cancellationToken).ConfigureAwait(false);
        serverVersion = connection.PostgreSqlVersion.ToString();
        connection.Notice += (_, e) => notices.Add(new(e.Notice.InvariantSeverity, e.Notice.SqlState, e.Notice.MessageText));
    }

    /// <summary>Ends the connection, and with it whatever transaction is open.</summary>
    private async Task DisconnectAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
        connection = null;
    }

    private static bool PassesByItself(Exception exception) => exception switch
    {
        MuedException { ErrorId: "UndoRaced" } => true,
        MuedException { InnerException: PostgresException inner } => ConnectionFailure.IsTransient(inner),
        MuedException => false,
        _ => ConnectionFailure.IsTransient(exception),
    };

    private MuedException ErrorOf(Exception exception) => exception switch
    {
        MuedException e => e,
        PostgresException e => Texts.Error("UndoFailed", ExitCode.MigrationFailed, new ErrorPlace(SqlState: e.SqlState, TargetName: settings.Target), e, settings.Target, e.MessageText),
        _ => Texts.Error("UndoFailed", ExitCode.MigrationFailed, new ErrorPlace(TargetName: settings.Target), exception, settings.Target, settings.Redactor.Redact(exception.Message)),
    };
}
