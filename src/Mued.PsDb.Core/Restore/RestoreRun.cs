using Mued.PsDb.Backups;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>One restore into one database, in one transaction a try.</summary>
internal sealed class RestoreRun : IAsyncDisposable
{
    /// <summary>
    /// What the text of values depends on, as it was when they were written (<see cref="BackupWriter.Settings"/>). A row-level policy
    /// that would refuse or hide rows is an error. The rows go in under the search path of the session, as the application's do: what a
    /// check, a domain or an index of the table calls may look for names there. COPY and INSERT themselves name everything in full.
    /// </summary>
    private static readonly BatchStep Settings = BatchStep.Unguarded(
        """
        SELECT pg_catalog.set_config('row_security', 'off', true), pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
            pg_catalog.set_config('IntervalStyle', 'postgres', true), pg_catalog.set_config('lc_monetary', 'C', true),
            pg_catalog.set_config('xmloption', 'content', true), pg_catalog.set_config('array_nulls', 'on', true)
        """
    );

    private readonly RestoreOptions options;
    private readonly RunContext context;
    private readonly TransactionRunner runner;
    private List<string> warnings = [];

    public RestoreRun(ConnectionSettings settings, RestoreOptions options, IProgress<RunProgress>? progress)
    {
        this.options = options;
        context = new(settings, options, progress);
        runner = new(context, "RestoreFailed");
    }

    /// <summary>Checks the backup, loads its rows in one transaction, and reports; a dry run ends in a rollback.</summary>
    public async Task<RestoreReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        var done = RestoreOutcome.None;
        var error = await RunContext
            .ErrorOfAsync(
                async () => done = await OnBackupAsync(AttemptAsync, cancellationToken).ConfigureAwait(false),
                executed: false,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (done.Unknown is { } unknown)
            (done, error) = (RestoreOutcome.None, MuedError.From(unknown));
        if (options.DryRun && error?.SqlState == SqlStates.UnsafeNewEnumValueUsage)
            error = error with { Advice = Texts.Get("RestoreFailed.LabelAdvice") };
        error ??= done.Left(options.OnConflict) is { } left ? MuedError.From(left) : null;
        var status = RunReport.StatusOf(error, options.DryRun, done.Changed);
        var report = new RestoreReport(status, context.Settings.Target, context.Settings.Source)
        {
            Path = Path.GetFullPath(options.Path),
            Tables = done.Tables,
            Sequences = done.Sequences,
            LargeObjects = done.LargeObjects,
            Objects = done.Objects,
            Attempts = runner.Attempts,
            Notices = runner.Notices,
        };
        return await context.CompleteAsync(report, runner.ServerVersion, error, warnings).ConfigureAwait(false);
    }

    /// <summary>Checks the backup, and says how long its load will take; null where nothing could be measured. Nothing is loaded.</summary>
    public Task<TimeSpan?> ExpectAsync(CancellationToken cancellationToken) =>
        OnBackupAsync(
            async (connection, backup, token) =>
            {
                await EnsureAsync(connection, backup, token).ConfigureAwait(false);
                await connection.ExecuteAsync(Begin(connection), token).ConfigureAwait(false);
                return await LoadTime.ExpectAsync(connection, backup, token).ConfigureAwait(false);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await runner.DisposeAsync().ConfigureAwait(false);
        await context.DisposeAsync().ConfigureAwait(false);
    }

    private Task<T> OnBackupAsync<T>(Func<NpgsqlConnection, Backup, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(options.Path);
        context.Tell(ProgressKind.Step, Texts.Get("RestoreVerifying", path));
        var opening = Task.Run(() => Backup.OpenAsync(path, unpack: false, cancellationToken), cancellationToken);
        return ReadWhileConnecting.RunAsync(
            opening,
            ending =>
                runner.RunAsync(
                    "restore",
                    async (session, token) =>
                        await work(session.Connection, await opening.ConfigureAwait(false), token).ConfigureAwait(false),
                    ending
                ),
            cancellationToken
        );
    }

    /// <summary>Makes sure that the backup belongs here and can be loaded.</summary>
    private async Task EnsureAsync(NpgsqlConnection connection, Backup backup, CancellationToken cancellationToken)
    {
        warnings = [];
        await CheckOriginAsync(connection, backup, cancellationToken).ConfigureAwait(false);
        var facts = await connection
            .QueryAsync([Preflight.Query([])], reader => Preflight.ReadAsync(reader, [], cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        Preflight.Ensure(facts, context.Settings.Target);
    }

    private IReadOnlyList<BatchStep> Begin(NpgsqlConnection connection) =>
        [.. context.Transaction.BeginReadCommitted(connection), Settings];

    /// <summary>One try.</summary>
    private async Task<RestoreOutcome> AttemptAsync(NpgsqlConnection connection, Backup backup, CancellationToken cancellationToken)
    {
        await EnsureAsync(connection, backup, cancellationToken).ConfigureAwait(false);
        var schema = backup.LostSchema() is { } lost
            ? new ObjectRestorer(connection, lost, backup.Manifest.Objects, options.SchemaObjects)
            : null;
        if (schema is not null && !options.DryRun)
            await schema.AddLabelsAsync(context.Transaction.BeginReadCommitted(connection), cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(Begin(connection), cancellationToken).ConfigureAwait(false);
        if (schema is not null)
            await schema.BeforeRowsAsync(cancellationToken).ConfigureAwait(false);
        var rows = await RowsAsync(connection, backup, schema?.FailedTables() ?? new Dictionary<string, string>(), cancellationToken)
            .ConfigureAwait(false);
        var objects = schema is null ? [] : await schema.AfterRowsAsync(cancellationToken).ConfigureAwait(false);
        if (objects.Any(item => item.Status == RestoredObjectStatus.Restored))
            warnings.AddRange(backup.Manifest.Remarks);
        if (objects.Where(item => item.Status == RestoredObjectStatus.Different).ToList() is { Count: > 0 } different)
            warnings.Add(
                Texts.Get("RestoreObjectsDiffer", different.Count, string.Join(", ", different.Select(item => $"{item.Kind} {item.Name}")))
            );
        if (options.DryRun)
        {
            await connection.ExecuteAsync(["ROLLBACK"], cancellationToken).ConfigureAwait(false);
            return rows.Done with { Objects = objects };
        }

        if (rows.Settle is { } settle)
            await connection.ExecuteAsync([settle], cancellationToken).ConfigureAwait(false);
        var transaction = await ServerTransaction.IdAsync(connection, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var commit = new CommitOutcome(context.Settings, transaction, options.RetryTime, "RestoreOutcomeUnknown");
        var unknown = await commit.CommitAsync(connection, (_, _) => Task.FromResult<bool?>(null)).ConfigureAwait(false);
        return rows.Done with { Objects = objects, Unknown = unknown };
    }

    /// <summary>Puts rows and sequences back. Gives the statement, too, that then forgets what the undo noted of them; null where it noted none.</summary>
    private async Task<(RestoreOutcome Done, BatchStep? Settle)> RowsAsync(
        NpgsqlConnection connection,
        Backup backup,
        IReadOnlyDictionary<string, string> failed,
        CancellationToken cancellationToken
    )
    {
        var names = backup.Manifest.Entries.Select(entry => entry.Name).Distinct().ToList();
        await connection.ExecuteAsync([TableLock.On(names)], cancellationToken).ConfigureAwait(false);

        await context.Observer.TakeTimeAsync().ConfigureAwait(false);
        var targets = await RestoreTargetReader.ReadAsync(connection, names, cancellationToken).ConfigureAwait(false);
        RestoreFit.Check(backup.Manifest.Entries, targets, failed);
        var order = RestoreOrder.Sort([.. targets.Values]);
        var cycles = order.Deferred.DistinctBy(edge => edge.Defer).ToList();
        await connection
            .ExecuteAsync(
                [
                    .. cycles.Select(edge => edge.Defer),
                    "SET CONSTRAINTS ALL IMMEDIATE",
                    .. cycles.Select(edge => edge.Postpone),
                    .. targets.Values.SelectMany(target => target.Triggers.Select(trigger => trigger.Disable)),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        var undone = backup.Manifest.History is { } history ? new UndoneTable(ObjectName.Parse(history)) : null;
        var made = await MadeRows.FindAsync(connection, undone, names, cancellationToken).ConfigureAwait(false);
        var whole = backup.Manifest.Entries.Where(entry => !entry.ColumnsOnly).Select(entry => entry.Name).ToHashSet();
        await made.DeleteAsync(connection, [.. order.Tables.Where(table => whole.Contains(table.Name))], cancellationToken)
            .ConfigureAwait(false);
        var restorer = await SequenceRestorer.FindAsync(connection, backup.Manifest.Sequences, cancellationToken).ConfigureAwait(false);
        var session = new RestoreSession(connection, backup, order.Deferred, made, options.OnConflict, context.Progress);
        var tables = await LoadAsync(session, order, cancellationToken).ConfigureAwait(false);
        var large = await new LargeObjectRestorer(session).RunAsync(cancellationToken).ConfigureAwait(false);

        // Deferred checks first: a table with checks outstanding cannot be altered.
        await connection
            .ExecuteAsync(
                [
                    "SET CONSTRAINTS ALL IMMEDIATE",
                    .. cycles.Select(edge => edge.Undefer),
                    .. targets.Values.SelectMany(target => target.Triggers.Select(trigger => trigger.Enable)),
                    .. options.DryRun
                        ? []
                        : targets.Values.SelectMany(target =>
                            target
                                .Sequences.Where(sequence => !restorer.Has(sequence.Name))
                                .Select(sequence => sequence.Advance(target.Name))
                        ),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        var sequences = await restorer.RunAsync(connection, options.DryRun, cancellationToken).ConfigureAwait(false);
        return (
            RestoreOutcome.None with
            {
                Tables = tables,
                Sequences = sequences,
                LargeObjects = large,
            },
            made.KnowAny
                ? (BatchStep?)undone!.Settle([.. names, .. large is null ? Array.Empty<ObjectName>() : [UndoneTable.LargeObjects]])
                : null
        );
    }

    private async Task<List<RestoredTable>> LoadAsync(RestoreSession session, RestoreOrder order, CancellationToken cancellationToken)
    {
        var tables = new List<RestoredTable>();
        foreach (var target in order.Tables)
        {
            // Whole rows first: columns belong to rows that are there.
            var entries = session
                .Backup.Manifest.Entries.Where(entry => entry.Name == target.Name)
                .OrderBy(entry => entry.ColumnsOnly)
                .ToList();
            foreach (var entry in entries)
            {
                context.Tell(ProgressKind.Step, Texts.Get("RestoreLoading", entry.Name));
                if (entry != entries[0])
                    await session.Made.RefreshAsync(session.Connection, target, cancellationToken).ConfigureAwait(false);
                var loader = new TableLoader(new(session, entry, target, tables.Count + 1));
                var table = await loader.LoadAsync(cancellationToken).ConfigureAwait(false);
                tables.Add(table);
                context.Tell(ProgressKind.Rows, Texts.Get("RestoreLoaded", table.Loaded, entry.Name), null, table.Loaded, entry.Rows);
            }
        }

        return tables;
    }

    private async Task CheckOriginAsync(NpgsqlConnection connection, Backup backup, CancellationToken cancellationToken)
    {
        var here = await DatabaseIdentity.ReadAsync(connection, context.Settings, cancellationToken).ConfigureAwait(false);
        if (backup.Manifest.Database.Schema != here.Schema)
            throw Refused("RestoreOtherTenant");
        if (!options.AllowOtherDatabase && !DatabaseIdentity.Same(backup.Manifest.Database, here))
            throw Refused("RestoreOtherDatabase");
        if (UndoMarker.Read(backup.Path) is not { } undo)
            return;
        var status = await undo.StatusAsync(connection, here, cancellationToken).ConfigureAwait(false);
        if (status == TransactionStatus.Committed)
        {
            UndoMarker.Remove(backup.Path);
            return;
        }

        warnings.Add(Texts.Get(status == TransactionStatus.Aborted ? "RestoreNotUndone" : "RestoreUndoUnknown", undo.Database.Target));

        MuedException Refused(string errorId) =>
            Texts.Error(
                errorId,
                ExitCode.Usage,
                new ErrorPlace(TargetName: backup.Path),
                null,
                backup.Manifest.Database.Target,
                here.Target
            );
    }
}
