using System.Diagnostics;
using Mued.PsDb.Backups;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>One restore into one database, in one transaction a try.</summary>
internal sealed class RestoreRun : IAsyncDisposable
{
    /// <summary>
    /// What the text of values depends on, as it was when they were written (<see cref="BackupWriter.Settings"/>). A row-level policy
    /// that would refuse or hide rows is an error.
    /// </summary>
    private const string Settings = """
        SELECT set_config('row_security', 'off', true), set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true),
            set_config('lc_monetary', 'C', true), set_config('xmloption', 'content', true)
        """;

    private readonly RestoreOptions options;
    private readonly IProgress<RunProgress>? progress;
    private readonly TransactionRunner runner;
    private readonly List<string> warnings = [];
    private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;
    private readonly long begun = Stopwatch.GetTimestamp();

    public RestoreRun(ConnectionSettings settings, RestoreOptions options, IProgress<RunProgress>? progress)
    {
        (this.options, this.progress) = (options, progress);
        runner = new(settings, Guid.NewGuid(), options.LockTimeout, options.MaxAttempts, options.RetryTime, "RestoreFailed", progress);
        warnings.AddRange(settings.Warnings);
    }

    /// <summary>Checks the backup, loads its rows in one transaction, and reports; a dry run ends in a rollback.</summary>
    public async Task<RestoreReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<RestoredTable> tables = [];
        MuedError? error = null;
        var path = Path.GetFullPath(options.Path);
        try
        {
            progress?.Report(new(ProgressKind.Step, Texts.Get("RestoreVerifying", path)));
            var opening = Task.Run(() => Backup.OpenAsync(path, unpack: false, cancellationToken), cancellationToken);
            tables = await ReadWhileConnecting
                .RunAsync(
                    opening,
                    ending => runner.RunAsync("restore", (connection, token) => AttemptAsync(connection, opening, token), ending),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (tables.Sum(table => table.Rejected) is > 0 and var rejected)
                error = MuedError.From(
                    Texts.Error("RestoreRowsRejected", ExitCode.CheckFailed, null, rejected, tables.Sum(table => table.Loaded))
                );
        }
        catch (MuedException e) when (e.ExitCode is ExitCode.MigrationFailed)
        {
            error = MuedError.From(e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            error = MuedError.From(Texts.Error("Cancelled", ExitCode.Cancelled, e));
        }

        var status =
            error is not null ? RunStatus.Failed
            : options.DryRun ? RunStatus.DryRun
            : tables.Sum(table => table.Loaded) > 0 ? RunStatus.Succeeded
            : RunStatus.NothingToDo;
        return new(status, runner.Settings.Target, runner.Settings.Source)
        {
            Path = path,
            ServerVersion = runner.ServerVersion,
            StartedAt = startedAt,
            Duration = Stopwatch.GetElapsedTime(begun),
            Tables = tables,
            Attempts = runner.Attempts,
            Notices = runner.Notices,
            Warnings = warnings,
            Error = error,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => runner.DisposeAsync();

    private async Task<IReadOnlyList<RestoredTable>> AttemptAsync(
        NpgsqlConnection connection,
        Task<Backup> opening,
        CancellationToken cancellationToken
    )
    {
        var backup = await opening.ConfigureAwait(false);
        var names = backup.Manifest.Entries.Select(entry => entry.Name).Distinct().ToList();
        await CheckOriginAsync(connection, backup, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(
                connection,
                [
                    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                    TransactionTimeouts.Lock(options.LockTimeout),
                    Settings,
                    TableLock.On(names),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        runner.Unwatch();
        var targets = await RestoreTargetReader.ReadAsync(connection, names, cancellationToken).ConfigureAwait(false);
        RestoreFit.Check(backup.Manifest.Entries, targets);
        var order = RestoreOrder.Sort([.. targets.Values]);
        var cycles = order.Deferred.DistinctBy(edge => edge.Defer).ToList();
        await ExecuteAsync(
                connection,
                [
                    .. cycles.Select(edge => edge.Defer),
                    "SET CONSTRAINTS ALL IMMEDIATE",
                    .. cycles.Select(edge => edge.Postpone),
                    .. targets.Values.SelectMany(target => target.Triggers.Select(trigger => trigger.Disable)),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        var tables = new List<RestoredTable>();
        foreach (var target in order.Tables)
        {
            // Whole rows first: columns belong to rows that are there.
            foreach (var entry in backup.Manifest.Entries.Where(entry => entry.Name == target.Name).OrderBy(entry => entry.ColumnsOnly))
            {
                progress?.Report(new(ProgressKind.Step, Texts.Get("RestoreLoading", entry.Name)));
                var loader = new TableLoader(
                    connection,
                    backup,
                    entry,
                    target,
                    order.Deferred,
                    tables.Count + 1,
                    options.OnConflict,
                    Warn,
                    progress
                );
                var table = await loader.LoadAsync(cancellationToken).ConfigureAwait(false);
                tables.Add(table);
                progress?.Report(
                    new(ProgressKind.Rows, Texts.Get("RestoreLoaded", table.Loaded, entry.Name), null, table.Loaded, entry.Rows)
                );
            }
        }

        // Deferred checks first: a table with checks outstanding cannot be altered.
        await ExecuteAsync(
                connection,
                [
                    "SET CONSTRAINTS ALL IMMEDIATE",
                    .. cycles.Select(edge => edge.Undefer),
                    .. targets.Values.SelectMany(target => target.Triggers.Select(trigger => trigger.Enable)),
                    .. options.DryRun
                        ? []
                        : targets.Values.SelectMany(target => target.Sequences.Select(sequence => sequence.Advance(target.Name))),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (options.DryRun)
        {
            await ExecuteAsync(connection, ["ROLLBACK"], cancellationToken).ConfigureAwait(false);
            return tables;
        }

        await CommitAsync(connection, cancellationToken).ConfigureAwait(false);
        return tables;
    }

    private async Task CheckOriginAsync(NpgsqlConnection connection, Backup backup, CancellationToken cancellationToken)
    {
        var here = await DatabaseIdentity.ReadAsync(connection, runner.Settings, cancellationToken).ConfigureAwait(false);
        if (!options.AllowOtherDatabase && !DatabaseIdentity.Same(backup.Manifest.Database, here))
            throw Texts.Error(
                "RestoreOtherDatabase",
                ExitCode.Usage,
                new ErrorPlace(TargetName: backup.Path),
                null,
                backup.Manifest.Database.Target,
                here.Target
            );
        if (UndoMarker.Read(backup.Path) is not { } undo)
            return;
        var status = await undo.StatusAsync(connection, here, cancellationToken).ConfigureAwait(false);
        if (status == TransactionStatus.Committed)
        {
            UndoMarker.Remove(backup.Path);
            return;
        }

        var warning = Texts.Get(status == TransactionStatus.Aborted ? "RestoreNotUndone" : "RestoreUndoUnknown", undo.Database.Target);
        Warn(warning);
    }

    // Every try says it again.
    private void Warn(string warning)
    {
        if (!warnings.Contains(warning))
            warnings.Add(warning);
    }

    private async Task CommitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await ServerTransaction.IdAsync(connection, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var commit = new CommitOutcome(runner.Settings, transaction, options.RetryTime, "RestoreOutcomeUnknown");
        await commit.CommitAsync(connection, (_, _) => Task.FromResult<bool?>(null)).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection,
        IReadOnlyList<BatchStep> statements,
        CancellationToken cancellationToken
    )
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement.Command);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A statement with or without parameters.</summary>
    private readonly record struct BatchStep(NpgsqlBatchCommand Command)
    {
        public static implicit operator BatchStep(string sql) => new(new NpgsqlBatchCommand(sql));

        public static implicit operator BatchStep(NpgsqlBatchCommand command) => new(command);
    }
}
