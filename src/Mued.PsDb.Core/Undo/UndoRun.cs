using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Backups;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// One undo of one database. Every try is one transaction on a connection of its own: claim the history rows, rehearse, lock, back up,
/// run, compare, commit. What a try leaves in the backup's folder is deleted unless it committed.
/// </summary>
internal sealed class UndoRun : IAsyncDisposable
{
    private readonly ConnectionSettings settings;
    private readonly TransactionRunner runner;
    private readonly UndoOptions options;
    private readonly IProgress<RunProgress>? progress;
    private readonly MigrationFolder folder;
    private readonly HistoryTable history;
    private readonly string marker;
    private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;
    private readonly long begun = Stopwatch.GetTimestamp();
    private readonly List<string> warnings = [];
    private IReadOnlyList<PlannedUnit> units = [];
    private IReadOnlyList<TimeSpan> durations = [];
    private DataLoss loss = DataLoss.None;
    private Dictionary<uint, long> rows = [];
    private BackupInfo? backup;

    public UndoRun(ConnectionSettings settings, UndoOptions options, IProgress<RunProgress>? progress)
    {
        if (options is { NoBackup: true, BackupPath: not null })
            throw Texts.Usage("BackupContradiction");
        this.options = options;
        this.progress = progress;
        folder = MigrationFolder.Read(options.Path, [], allowDuplicateVersion: true);
        history = new(options.HistoryTable);
        var runId = Guid.NewGuid();
        marker = $"mued_{runId:N}";
        runner = new(settings, runId, options.LockTimeout, options.MaxAttempts, options.RetryTime, "UndoFailed", progress);
        this.settings = runner.Settings;
        warnings.AddRange(settings.Warnings);
    }

    /// <summary>What the undo would do.</summary>
    public async Task<UndoPlan> PlanAsync(CancellationToken cancellationToken)
    {
        if (options.BackupPath is { } path)
            BackupFolder.CheckFree(path);
        await TryAsync(RehearseAsync, cancellationToken).ConfigureAwait(false);
        return new(settings.Target, [.. units.Select(unit => unit.ToUnit(UndoStatus.Pending))])
        {
            Tables = loss.Tables(rows),
            Columns = loss.Columns(rows),
            Dependents = loss.Dependents,
            BackupPath = BackupWanted ? BackupPath() : null,
            Warnings = warnings,
        };
    }

    /// <summary>Takes the migrations back, or rehearses that, and reports. An undo that fails is on the report, not thrown.</summary>
    public async Task<UndoReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        var (status, error) = (UndoStatus.Pending, (MuedError?)null);
        try
        {
            if (options.BackupPath is { } path && !options.DryRun)
                BackupFolder.Probe(path);
            var done = await TryAsync(options.DryRun ? RehearseAsync : AttemptAsync, cancellationToken).ConfigureAwait(false);
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
            ServerVersion = runner.ServerVersion,
            StartedAt = startedAt,
            Duration = Stopwatch.GetElapsedTime(begun),
            Units = [.. units.Select((unit, i) => unit.ToUnit(status, durations.ElementAtOrDefault(i)))],
            Tables = loss.Tables(rows),
            Columns = loss.Columns(rows),
            Dependents = loss.Dependents,
            Backup = backup,
            Attempts = runner.Attempts,
            Notices = runner.Notices,
            Warnings = warnings,
            Error = error,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => runner.DisposeAsync();

    private bool BackupWanted =>
        !options.NoBackup
        && loss.Relations.Any(relation => relation.Copied.Count > 0)
        && (options.BackupPath is not null || rows.Values.Any(count => count > 0));

    private RunStatus Outcome(MuedError? error) =>
        error is not null ? RunStatus.Failed
        : units.Count == 0 ? RunStatus.NothingToDo
        : options.DryRun ? RunStatus.DryRun
        : RunStatus.Succeeded;

    /// <summary>A folder that does not exist, named after database and time, in UTC, unless the caller named one.</summary>
    private string BackupPath()
    {
        if (options.BackupPath is { } given)
            return Path.GetFullPath(given);
        var invalid = Path.GetInvalidFileNameChars();
        var name = string.Concat(settings.Database.Select(c => invalid.Contains(c) ? '_' : c));
        var first = Path.Combine(
            Path.GetFullPath(options.BackupRoot ?? Environment.CurrentDirectory),
            string.Create(CultureInfo.InvariantCulture, $"{name}-{startedAt:yyyyMMdd'T'HHmmss'Z'}")
        );

        // Another undo may have begun in the same second: on another server, or of a history table of its own.
        var free = first;
        for (var i = 2; Path.Exists(free); i++)
            free = string.Create(CultureInfo.InvariantCulture, $"{first}-{i}");
        return free;
    }

    /// <summary>Plans by the history and tries; false when nothing was taken back.</summary>
    private Task<bool> TryAsync(Func<NpgsqlConnection, CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken) =>
        runner.RunAsync(
            "undo",
            async (connection, token) =>
            {
                var inspection = await DatabaseInspection.ReadAsync(connection, history, [], token).ConfigureAwait(false);
                units = UndoPlanner.Plan(folder.Rollbacks, inspection.History, inspection.HistoryUsed, options.Target);
                loss = DataLoss.None;
                return units.Count > 0 && await attempt(connection, token).ConfigureAwait(false);
            },
            cancellationToken
        );

    /// <summary>The plan and the dry run: everything but the deed.</summary>
    private async Task<bool> RehearseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var batch = Begin(connection);
        var rehearsal = new UndoRehearsal(connection, units, marker);
        var difference = await rehearsal.RunAsync(batch, cancellationToken).ConfigureAwait(false);
        if (await DescribeAsync(rehearsal, difference, lockTables: false, cancellationToken).ConfigureAwait(false))
            rows = await CountAsync(connection, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, ["ROLLBACK"], cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> AttemptAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var batch = Begin(connection);
        var claims = units.SelectMany(unit => unit.Rows).Select(row => history.Undo(row.Migration)).ToList();
        claims.ForEach(batch.BatchCommands.Add);
        var rehearsal = new UndoRehearsal(connection, units, marker);
        progress?.Report(new(ProgressKind.Step, Texts.Get("UndoRehearsing", string.Join(", ", units.Select(unit => unit.Script.Name)))));
        var difference = await rehearsal.RunAsync(batch, cancellationToken).ConfigureAwait(false);

        // Another runner took one of them back meanwhile.
        if (claims.Exists(claim => claim.RecordsAffected != 1))
            throw Texts.Error("UndoRaced", ExitCode.MigrationFailed, null, settings.Target);
        if (!await DescribeAsync(rehearsal, difference, lockTables: true, cancellationToken).ConfigureAwait(false))
            return false;
        if (loss.Dependents.Count > 0 && !options.Force)
        {
            rows = await CountAsync(connection, cancellationToken).ConfigureAwait(false);
            throw Texts.Error(
                "UndoDependents",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: loss.Dependents[0].Name),
                null,
                loss.Dependents.Count,
                string.Join(", ", loss.Dependents.Select(dependent => $"{dependent.Kind} {dependent.Name}"))
            );
        }

        var transaction = await ServerTransaction.IdAsync(connection, cancellationToken).ConfigureAwait(false);
        using var written = await BackUpAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        try
        {
            await DestroyAsync(connection, rehearsal, difference.Vanished, transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not MuedException { ErrorId: "UndoOutcomeUnknown" })
        {
            written?.Delete();
            backup = null;
            throw;
        }

        Finish(written);
        progress?.Report(new(ProgressKind.Finished, Texts.Get("UndoFinished", string.Join(", ", units.Select(unit => unit.Script.Name)))));
        return true;
    }

    private void Finish(BackupFolder? written)
    {
        try
        {
            written?.Finish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn(Texts.Get("BackupMarkerStays", UndoMarker.FileName, written!.Path, e.Message));
        }
    }

    /// <summary>
    /// The transaction's first statements: read committed, whatever the role's default, so that a look after a lock sees what came before
    /// it.
    /// </summary>
    private NpgsqlBatch Begin(NpgsqlConnection connection) =>
        new(connection)
        {
            Timeout = 0,
            BatchCommands = { new("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"), new(TransactionTimeouts.Lock(options.LockTimeout)) },
        };

    /// <summary>Describes the loss. Returns false when nothing is recorded and nothing is there either.</summary>
    private async Task<bool> DescribeAsync(
        UndoRehearsal rehearsal,
        CatalogDifference difference,
        bool lockTables,
        CancellationToken cancellationToken
    )
    {
        loss = await rehearsal.DescribeAsync(difference, MigrationsToRemake(), lockTables, cancellationToken).ConfigureAwait(false);
        foreach (var change in loss.Changes.Where(change => change.Table != history.Name.ToString()))
            Warn(Texts.Get("UndoChangesRows", change.Table, change.Updated, change.Deleted));
        foreach (var rewrite in loss.Rewrites)
            Warn(
                rewrite switch
                {
                    { Column: null } => Texts.Get("UndoRewrites", rewrite.Table),
                    { Attribute: null } => Texts.Get("UndoChangesType", rewrite.Table, rewrite.Column),
                    _ => Texts.Get("UndoDropsAttribute", rewrite.Table, rewrite.Column, rewrite.Attribute),
                }
            );
        if (units.Any(unit => unit.Rows.Count > 0))
            return true;
        if (!loss.Anything)
        {
            units = [];
            return false;
        }

        Warn(Texts.Get("UndoUnrecorded", string.Join(", ", units.Select(unit => unit.Script.Name))));
        return true;
    }

    private void Warn(string warning)
    {
        if (!warnings.Contains(warning))
            warnings.Add(warning);
    }

    /// <summary>The files of the migrations to take back, oldest first; null when one is missing or cannot run in a transaction.</summary>
    private List<MigrationFile>? MigrationsToRemake()
    {
        var recorded = units.SelectMany(unit => unit.Rows).Select(row => row.Migration).ToHashSet(StringComparer.Ordinal);
        var oldest = units[^1].Script.Version;
        var files = folder
            .Files.Where(file => recorded.Count > 0 ? recorded.Contains(file.Name) : file.Version.CompareTo(oldest) >= 0)
            .ToList();
        return files.Count >= recorded.Count && files.TrueForAll(file => file.Sql.Mode == ScriptMode.Transactional) ? files : null;
    }

    private async Task<BackupFolder?> BackUpAsync(NpgsqlConnection connection, string transaction, CancellationToken cancellationToken)
    {
        rows =
            options.NoBackup || loss.Relations.Count == 0 || options.BackupPath is null
                ? await CountAsync(connection, cancellationToken).ConfigureAwait(false)
                : [];
        if (!BackupWanted)
            return null;
        if (loss.WithoutKey.FirstOrDefault() is { } keyless)
            throw Texts.Error(
                "BackupNoKey",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: keyless.Name.ToString()),
                null,
                keyless.Name,
                string.Join(", ", keyless.Lost.Select(column => column.Name))
            );

        runner.Unwatch();
        await ExecuteAsync(connection, ["SAVEPOINT mued_backup", BackupWriter.Settings], cancellationToken).ConfigureAwait(false);
        var origin = await DatabaseIdentity.ReadAsync(connection, settings, cancellationToken).ConfigureAwait(false);
        var target = await BackupFolder
            .TakeAsync(BackupPath(), new(transaction, origin), connection, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var writer = new BackupWriter(connection, target, progress);
            backup = await writer
                .WriteAsync(
                    loss,
                    origin,
                    [
                        .. units.Select(unit => new BackupUnit(
                            unit.Script.Name,
                            unit.Script.Version.Text,
                            [.. unit.Rows.Select(row => row.Migration)]
                        )),
                    ],
                    cancellationToken
                )
                .ConfigureAwait(false);
            await ExecuteAsync(connection, ["ROLLBACK TO SAVEPOINT mued_backup"], cancellationToken).ConfigureAwait(false);
            var copied = backup.Files.ToDictionary(file => file.Table, file => file.Rows, StringComparer.Ordinal);
            rows = loss.Relations.ToDictionary(relation => relation.Oid, relation => copied.GetValueOrDefault(relation.Name.ToString()));
            return target;
        }
        catch
        {
            target.Delete();
            target.Dispose();
            backup = null;
            throw;
        }
    }

    /// <summary>Runs the scripts, makes sure that what vanished is what was copied, and commits.</summary>
    private async Task DestroyAsync(
        NpgsqlConnection connection,
        UndoRehearsal rehearsal,
        IReadOnlyList<CatalogObject> rehearsed,
        string transaction,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("UndoRunning", string.Join(", ", units.Select(unit => unit.Script.Name)))));
        runner.Watch(units[0].Script.Name);
        runner.Notices.Clear();
        var (vanished, times) = await rehearsal.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        if (vanished.Except(rehearsed).Any())
            throw Texts.Error("UndoRaced", ExitCode.MigrationFailed, null, settings.Target);
        durations = times;
        cancellationToken.ThrowIfCancellationRequested();
        var commit = new CommitOutcome(settings, transaction, options.RetryTime, "UndoOutcomeUnknown");
        await commit.CommitAsync(connection, StillRecordedAsync).ConfigureAwait(false);
    }

    /// <summary>Whether the history still records what was to be taken back, written by the same run; null when it never did.</summary>
    private async Task<bool?> StillRecordedAsync(NpgsqlConnection other, CancellationToken cancellationToken)
    {
        var planned = units.SelectMany(unit => unit.Rows).Select(row => (row.Migration, row.RunId)).ToHashSet();
        if (planned.Count == 0)
            return null;
        var inspection = await DatabaseInspection.ReadAsync(other, history, [], cancellationToken).ConfigureAwait(false);
        return inspection.History.Any(row => planned.Contains((row.Migration, row.RunId)));
    }

    private async Task<Dictionary<uint, long>> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (loss.Relations.Count == 0)
            return [];
        using var batch = new NpgsqlBatch(connection)
        {
            Timeout = 0,
            BatchCommands = { new("SAVEPOINT mued_count"), new(BackupWriter.Settings) },
        };
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

    private async Task ExecuteAsync(NpgsqlConnection connection, string[] statements, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var statement in statements)
            batch.BatchCommands.Add(new(statement));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
