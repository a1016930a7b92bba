using System.Diagnostics;
using Mued.PsDb.Backups;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// One try of an undo, which is one transaction: claim the history rows, rehearse, lock, back up, run, compare, commit. What it leaves in
/// the backup's folder is deleted unless it committed.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="session">The try's session.</param>
/// <param name="request">What the undo is made of.</param>
/// <param name="sequences">Watches sequences, over all tries.</param>
internal sealed class UndoTry(RunContext context, RunSession session, UndoRequest request, SequenceWatch sequences)
{
    private readonly NpgsqlConnection connection = session.Connection;
    private readonly UndoOptions options = request.Options;

    /// <summary>What it has found and done so far.</summary>
    public UndoAttempt Found { get; private set; } = UndoAttempt.None;

    /// <summary>Whether anything is lost that is to be copied.</summary>
    public bool BackupWanted =>
        !options.NoBackup
        && (
            request.NamedBackup is null
                ? Found.Rows.Values.Any(count => count > 0)
                    || Found.Loss.Sequences.Any(sequence => sequence.Moved)
                    || Found.Loss.LargeObjects is not null
                    || Found.Loss.Images.Count > 0
                    || (Found.Loss.Touched && Found.Loss.Schema.Objects.Count > 0)
                : Found.Loss.Copied.Any()
                    || Found.Loss.Sequences.Count > 0
                    || Found.Loss.LargeObjects is not null
                    || Found.Loss.Schema.Objects.Count > 0
        );

    /// <summary>The folder for the copy.</summary>
    public string BackupPath =>
        request.NamedBackup is { } given
            ? Path.GetFullPath(given)
            : BackupFolder.FreePath(options.BackupRoot, context.Settings, context.StartedAt);

    /// <summary>Finds out what the undo would take, in a transaction that is rolled back.</summary>
    public Task RehearseAsync(CancellationToken cancellationToken) => TryAsync(RehearseAsync, cancellationToken);

    /// <summary>Takes the migrations back, and commits when the copy of the rows is proven.</summary>
    public Task UndoAsync(CancellationToken cancellationToken) => TryAsync(UndoAsync, cancellationToken);

    private async Task TryAsync(Func<UndoRehearsal, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await sequences
            .SettleAsync(connection, context.Transaction.BeginReadCommitted(connection), cancellationToken)
            .ConfigureAwait(false);
        if (!await PlanAsync(cancellationToken).ConfigureAwait(false))
            return;
        var rehearsal = new UndoRehearsal(context, session, Found.Units, $"mued_{context.Id:N}", sequences);
        try
        {
            await work(rehearsal, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await rehearsal.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task RehearseAsync(UndoRehearsal rehearsal, CancellationToken cancellationToken)
    {
        using var batch = connection.Batch(Begin());
        var clock = Stopwatch.StartNew();
        var difference = await rehearsal.RunAsync(batch, cancellationToken).ConfigureAwait(false);
        var scripts = clock.Elapsed;
        if (await DescribeAsync(rehearsal, difference, lockTables: false, cancellationToken).ConfigureAwait(false))
        {
            await CountAsync(cancellationToken).ConfigureAwait(false);
            if (BackupWanted)
                Found = Found with
                {
                    Expected =
                        scripts + await CopyTime.ExpectAsync(connection, Found.Loss, Found.Rows, cancellationToken).ConfigureAwait(false),
                };
        }

        await session.RollBackAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task UndoAsync(UndoRehearsal rehearsal, CancellationToken cancellationToken)
    {
        var claims = Found.Units.SelectMany(unit => unit.Rows).Select(row => request.History.Undo(row.Migration)).ToList();
        using var batch = connection.Batch([.. Begin(), .. claims]);
        context.Tell(ProgressKind.Step, Texts.Get("UndoRehearsing", Found.Names));
        var difference = await rehearsal.RunAsync(batch, cancellationToken).ConfigureAwait(false);

        // Another runner took one of them back meanwhile.
        if (claims.Exists(claim => claim.RecordsAffected != 1))
            throw Raced();
        if (!await DescribeAsync(rehearsal, difference, lockTables: true, cancellationToken).ConfigureAwait(false))
            return;
        await EnsureWantedAsync(cancellationToken).ConfigureAwait(false);

        var transaction = await ServerTransaction.IdAsync(connection, cancellationToken).ConfigureAwait(false);
        using var written = await BackUpAsync(rehearsal, transaction, cancellationToken).ConfigureAwait(false);
        try
        {
            await DestroyAsync(rehearsal, difference, transaction, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            written?.Delete();
            Found = Found with { Backup = null };
            throw;
        }

        if (!Found.Committed)
            return;
        Finish(written);
        context.Tell(ProgressKind.Finished, Texts.Get("UndoFinished", Found.Names));
    }

    private IReadOnlyList<BatchStep> Begin() => [.. context.Transaction.BeginReadCommitted(connection), ChangedRows.Count(connection)];

    /// <summary>Plans by the history. Returns false when there is nothing to take back.</summary>
    private async Task<bool> PlanAsync(CancellationToken cancellationToken)
    {
        var inspection = await DatabaseInspection
            .ReadAsync(connection, request.History, [], [], options.LockTimeout, cancellationToken)
            .ConfigureAwait(false);

        // What a tenant's own history does not record may be another's: a name is looked for in the shared schemas too.
        var recorded = inspection.HistoryUsed || context.Settings.Schema is not null;
        Found = new(UndoPlanner.Plan(request.Folder, inspection.History, recorded, options));
        if (Found.Units.Count == 0)
            return false;
        Preflight.Ensure(inspection.Facts, context.Settings.Target);
        return true;
    }

    /// <summary>Describes the loss. Returns false when nothing is recorded and nothing is there either.</summary>
    private async Task<bool> DescribeAsync(
        UndoRehearsal rehearsal,
        CatalogDifference difference,
        bool lockTables,
        CancellationToken cancellationToken
    )
    {
        var loss = await rehearsal.DescribeAsync(difference, lockTables, cancellationToken).ConfigureAwait(false);
        var states = await SequenceReader.StatesAsync(connection, loss.Sequences, cancellationToken).ConfigureAwait(false);
        loss = loss with
        {
            Sequences = [.. states.Where(state => !loss.Reset.TryGetValue(state.Oid, out var left) || state.Standing.IsAheadOf(left))],
        };
        if (context.Settings.Schema is { } tenant)
            await TenantBounds.EnsureAsync(connection, difference, loss.Sequences, tenant, cancellationToken).ConfigureAwait(false);
        var own = HistoryName.Tables(request.History.Name.ToString());
        loss = loss with
        {
            Changes = [.. loss.Changes.Where(change => !own.Contains(change.Table))],
            Images = await ImageReader.ReadAsync(connection, loss, own, cancellationToken).ConfigureAwait(false),
            Large = loss.Large with { Before = new ObjectName(request.History.Name.Schema, "mued_before_large").ToString() },
        };
        var (large, unreadable, oids) = await LargeObjectCounter
            .CountAsync(connection, rehearsal, loss, context.Settings.Schema, cancellationToken)
            .ConfigureAwait(false);
        loss = loss with { LargeObjects = large, Large = large is null ? LargeObjectLoss.None : loss.Large with { Copied = oids } };
        Found = Found with { Loss = loss, Warnings = LossWarnings.Of(loss) };
        if (unreadable > 0)
            Found = Found.Warn(Texts.Get("UndoLargeObjectsUnreadable", unreadable));
        if (loss.Dependents.Count > 0 && Found.Units.Any(unit => unit.Rows.Any(row => row.TransactionIds.Count == 0)))
            Found = Found.Warn(Texts.Get("UndoOriginUnknown"));
        if (Found.Units.Any(unit => unit.Rows.Count > 0))
            return true;
        Found = loss.Anything ? Found.Warn(Texts.Get("UndoUnrecorded", Found.Names)) : Found with { Units = [] };
        return loss.Anything;
    }

    /// <summary>Stops before what nobody has agreed to.</summary>
    private async Task EnsureWantedAsync(CancellationToken cancellationToken)
    {
        if (request.Confirmed is { } plan)
        {
            // Rows that came since are in the backup; where there is none, nobody has agreed to lose them.
            if (options.NoBackup)
                await CountAsync(cancellationToken).ConfigureAwait(false);
            if (!Found.IsOf(plan) || (options.NoBackup && Found.TakesMoreThan(plan)))
                throw Texts.Error("UndoPlanChanged", ExitCode.MigrationFailed, null, context.Settings.Target);
        }

        if (Found.Loss.Dependents.Count == 0 || options.Force)
            return;
        await CountAsync(cancellationToken).ConfigureAwait(false);
        var dependents = Found.Loss.Dependents;
        throw Texts.Error(
            "UndoDependents",
            ExitCode.MigrationFailed,
            new ErrorPlace(TargetName: dependents[0].Name),
            null,
            dependents.Count,
            string.Join(", ", dependents.Select(dependent => $"{dependent.Kind} {dependent.Name}"))
        );
    }

    /// <summary>Copies the rows. Returns the folder, or null when there is nothing to copy.</summary>
    private async Task<BackupFolder?> BackUpAsync(UndoRehearsal rehearsal, string transaction, CancellationToken cancellationToken)
    {
        if (options.NoBackup || request.NamedBackup is null || !Found.Loss.Copied.Any())
            await CountAsync(cancellationToken).ConfigureAwait(false);
        if (!BackupWanted)
            return null;
        if (Found.Loss.WithoutKey.FirstOrDefault() is { } keyless)
            throw Texts.Error(
                "BackupNoKey",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: keyless.Name.ToString()),
                null,
                keyless.Name,
                string.Join(", ", keyless.Lost.Select(column => column.Name))
            );

        var images = Found.Loss.Images;
        if (images.Count > 0)
            await connection.ExecuteAsync([TableLock.On(images.Select(image => image.Oid))], cancellationToken).ConfigureAwait(false);
        await rehearsal.MarkChangedAsync(images, Found.Loss.Large, cancellationToken).ConfigureAwait(false);

        await context.Observer.TakeTimeAsync().ConfigureAwait(false);
        await connection.ExecuteAsync(["SAVEPOINT mued_backup", BackupWriter.Settings], cancellationToken).ConfigureAwait(false);
        var origin = await DatabaseIdentity.ReadAsync(connection, context.Settings, cancellationToken).ConfigureAwait(false);
        var target = await BackupFolder
            .TakeAsync(BackupPath, new(transaction, origin), connection, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await WriteAsync(target, origin, cancellationToken).ConfigureAwait(false);
            return target;
        }
        catch
        {
            target.Delete();
            target.Dispose();
            throw;
        }
    }

    private async Task WriteAsync(BackupFolder target, DatabaseOrigin origin, CancellationToken cancellationToken)
    {
        var units = Found.Units.Select(unit => new BackupUnit(
            unit.Script.Name,
            unit.Script.Version.Text,
            [.. unit.Rows.Select(row => row.Migration)]
        ));
        var backup = await new BackupWriter(connection, target, context.Progress)
            .WriteAsync(Found.Loss, origin, [.. units], request.History.Name.ToString(), cancellationToken)
            .ConfigureAwait(false);
        await connection.ExecuteAsync(["ROLLBACK TO SAVEPOINT mued_backup"], cancellationToken).ConfigureAwait(false);
        var copied = Found.Loss.Copied.Zip(backup.Files).ToList();
        Found = Found with
        {
            Backup = backup,
            Rows = copied.Where(pair => pair.First.Image == RowImage.None).ToDictionary(pair => pair.First.Oid, pair => pair.Second.Rows),
            Changes =
            [
                .. copied
                    .Where(pair => pair.First.Image != RowImage.None)
                    .Select(pair => new ChangedTable(pair.Second.Table, pair.Second.Rows)),
            ],
        };
    }

    /// <summary>Runs the scripts, makes sure that what vanished is what was copied, and commits.</summary>
    private async Task DestroyAsync(
        UndoRehearsal rehearsal,
        CatalogDifference rehearsed,
        string transaction,
        CancellationToken cancellationToken
    )
    {
        context.Tell(ProgressKind.Step, Texts.Get("UndoRunning", Found.Names));
        context.Observer.Watch(Found.Units[0].Script.Name);

        // The rehearsal's are the same.
        session.Notices?.Clear();
        var (difference, durations) = await rehearsal.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        if (difference.TakesMoreThan(rehearsed))
            throw Raced();
        if (Found.Backup is not null)
        {
            foreach (var state in Found.Loss.Sequences)
            {
                if (sequences.Stood(state.Oid) is { } stood && stood.IsAheadOf(state.Standing))
                    Found = Found.Warn(Texts.Get("UndoSequenceWentOn", state.Name, state.LastValue, stood.Forward(state.Name)));
            }

            await RecordAsync(rehearsal, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var commit = new CommitOutcome(context.Settings, transaction, options.RetryTime, "UndoOutcomeUnknown");
        var unknown = await commit.CommitAsync(connection, StillRecordedAsync).ConfigureAwait(false);
        Found = Found with { Durations = durations, Unknown = unknown, Committed = unknown is null };
    }

    /// <summary>Records what the backup holds, and what the scripts have left in its place: what a restore may overwrite.</summary>
    private async Task RecordAsync(UndoRehearsal rehearsal, CancellationToken cancellationToken)
    {
        var images = Found.Loss.Images;
        if (await rehearsal.UncopiedAsync(images, cancellationToken).ConfigureAwait(false) > 0)
            throw Raced();
        var undone = new UndoneTable(request.History.Name);
        var large = Found.Loss.Large;
        var drop = images
            .Select(image => image.Before)
            .Concat(large.Writes > 0 ? [large.Before] : Array.Empty<string>())
            .Select(list => (BatchStep)$"DROP TABLE {list}");
        if (await connection.ScalarAsync([undone.Create, undone.Exists], cancellationToken).ConfigureAwait(false) is not true)
        {
            Found = Found.Warn(Texts.Get("UndoUnrecordable", undone.Name));
            await connection.ExecuteAsync(drop, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A table may lose columns, and rows of it change besides.
        var migrations = Found.Units.SelectMany(unit => unit.Rows).Select(row => row.Migration).ToList();
        var taken = Found.Loss.Copied.GroupBy(relation => relation.Name).ToList();
        await connection
            .ExecuteAsync(
                [
                    .. taken.Select(table =>
                        (BatchStep)
                            undone.Take(table.Key, table.Last().Oid, migrations, [.. table.SelectMany(Taken).Distinct()], table.Last().Key)
                    ),
                    .. images.Select(image => undone.Leave([image.Name], image.Before)),
                    undone.Leave([.. Found.Loss.Relations.Where(relation => relation.Vanishes).Select(relation => relation.Name)]),
                    .. large.Copied.Count > 0
                        ? undone.TakeLargeObjects(migrations, large.Copied, large.Overwritten)
                        : Array.Empty<BatchStep>(),
                    .. drop,
                ],
                cancellationToken
            )
            .ConfigureAwait(false);

        static IEnumerable<(short, string)> Taken(LostRelation relation) =>
            (relation.WholeRows ? relation.Columns : relation.Lost.Where(relation.Columns.Contains)).Select(column =>
                (column.Number, column.Name)
            );
    }

    /// <summary>Whether the history still records what was to be taken back, written by the same run; null when it never did.</summary>
    private async Task<bool?> StillRecordedAsync(NpgsqlConnection other, CancellationToken cancellationToken)
    {
        var planned = Found.Units.SelectMany(unit => unit.Rows).Select(row => (row.Migration, row.RunId)).ToHashSet();
        if (planned.Count == 0)
            return null;
        var inspection = await DatabaseInspection
            .ReadAsync(other, request.History, [], [], options.LockTimeout, cancellationToken)
            .ConfigureAwait(false);
        return inspection.History.Any(row => planned.Contains((row.Migration, row.RunId)));
    }

    private void Finish(BackupFolder? written)
    {
        try
        {
            written?.Finish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Found = Found.Warn(Texts.Get("BackupMarkerStays", UndoMarker.FileName, written!.Path, e.Message));
        }
    }

    private MuedException Raced() =>
        Texts.Error("UndoRaced", ExitCode.MigrationFailed, null, context.Settings.Target).With(passesByItself: true);

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        var (rows, changes) = await LossCounter.CountAsync(connection, Found.Loss, cancellationToken).ConfigureAwait(false);
        Found = Found with { Rows = rows, Changes = changes };
    }
}
