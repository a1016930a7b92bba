using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Mued.PsDb.Tracing;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// The dry run: everything pending for real in one transaction that is rolled back. What each statement did is traced and judged, as the
/// migration test does in a sandbox.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="session">Its connection.</param>
/// <param name="book">Told what was rehearsed.</param>
/// <param name="bounds">How much may be written; null for no bound.</param>
internal sealed class Rehearsal(RunContext context, RunSession session, RunProgressBook book, RehearsalBounds? bounds)
{
    private readonly NpgsqlConnection connection = session.Connection;
    private readonly List<MigrationTrace> traces = [];
    private StatementTracer? tracer;
    private SafetyJudge? judge;
    private string? missing;

    /// <summary>What the migrations did, as far as they were rehearsed.</summary>
    public IReadOnlyList<MigrationTrace> Traces => traces;

    /// <summary>What was found.</summary>
    public IReadOnlyList<SafetyFinding> Findings { get; private set; } = [];

    /// <summary>Things a person should know: what a rollback does not take back.</summary>
    public IEnumerable<string> Warnings => tracer is null ? [] : RehearsalRemains.Of(tracer.State, traces);

    /// <summary>Rehearses what the plan would run, and notes in the book what it did. Always rolls back.</summary>
    /// <exception cref="MuedException">A statement failed, as it would in earnest, or a bound was reached.</exception>
    public async Task RunAsync(MigrationPlan plan, MigrationFolder folder, CancellationToken cancellationToken)
    {
        context.Observer.Watch(Texts.Get("DryRun"));
        try
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
            var pending = plan.Items.Where(item => item.Runs).ToList();
            foreach (var item in pending)
            {
                var trace = new MigrationTrace(item.File.Name, item.File.Path, !item.NonTransactional, [])
                {
                    Script = item.File.Sql,
                    HasUndo = folder.HasUndo(item.File),
                    Behind = plan.AppliedBehind(item),
                };
                if (!await RehearseAsync(item, trace, cancellationToken).ConfigureAwait(false))
                {
                    foreach (var rest in pending.SkipWhile(each => each != item))
                        book.Rehearsed(rest, Texts.Get("NotRehearsedLabel", item.File.Name), []);
                    break;
                }
            }
        }
        catch (MuedException e) when (e.InnerException is PostgresException)
        {
            if (await context.Observer.JudgeAsync(e).ConfigureAwait(false) is var judged && judged != e)
                throw judged;
            throw;
        }
        finally
        {
            judge?.Finish();
            Findings = [.. Allowances.Apply(judge?.Findings ?? [], traces)];
            await session.RollBackAsync(CancellationToken.None).ConfigureAwait(false);
            context.Observer.Unwatch();
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        // The sizes in a transaction of their own: to ask for those of partitions locks them to its end.
        var sizes = await SizeReader.ReadAsync(connection, [.. Begin()], cancellationToken).ConfigureAwait(false);
        tracer = new(connection, sizes, measured: true);
        judge = new(tracer.State, bounds?.Small ?? new(SmallTable.DefaultRows));
        await tracer.BeginAsync(["COMMIT", .. Begin()], cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<BatchStep> Begin() => context.Transaction.Begin(connection).Select(sql => (BatchStep)sql);

    /// <summary>Rehearses one migration. Returns false when only a commit before it would let it run.</summary>
    private async Task<bool> RehearseAsync(PlanItem item, MigrationTrace trace, CancellationToken cancellationToken)
    {
        if (item.NonTransactional)
        {
            Pass(item, trace, Texts.Get("NotRehearsed"));
            return true;
        }

        var evidence = new List<StatementEvidence>();
        trace = trace with { Statements = evidence };
        book.Rehearsing(item);
        try
        {
            await TraceAsync(trace, evidence, cancellationToken).ConfigureAwait(false);
            Add(trace);
            book.Rehearsed(item, Texts.Get("Rehearsed"), evidence);
            return true;
        }
        catch (MuedException e) when (IsLabelOfEarlier(e, trace.Script))
        {
            return false;
        }
        catch (MuedException e) when (missing is not null && SqlStates.FaultOf(e.SqlState) == ServerFault.ObjectMissing)
        {
            // What a file that was not run would have made may be what is not there.
            await tracer!.ReturnAsync("ROLLBACK TO SAVEPOINT mued_rehearsal", cancellationToken).ConfigureAwait(false);
            Pass(item, trace, Texts.Get("NotRehearsedWithout", missing, e.Message));
            return true;
        }
        catch (MuedException e) when (e.InnerException is PostgresException || e.ErrorId == ErrorIds.RehearsalTooLarge)
        {
            Add(trace);
            book.Failed(item);
            throw;
        }
    }

    // Behind a file that was not run, a migration may fail for the lack of it, and the next may not.
    private async Task TraceAsync(MigrationTrace trace, List<StatementEvidence> evidence, CancellationToken cancellationToken)
    {
        var script = trace.Script;
        IReadOnlyList<BatchStep> before = missing is null ? [] : ["SAVEPOINT mued_rehearsal"];
        IReadOnlyList<BatchStep> after =
        [
            .. DeferredConstraints.CheckAndDefer,
            .. session.Defaults.Restore(script),
            .. context.Transaction.Sql(connection),
        ];

        // A bound is looked at behind each statement, so each is a round trip.
        var size = bounds is null ? Math.Max(1, script.Statements.Count) : 1;
        for (var first = 0; first == 0 || first < script.Statements.Count; first += size)
        {
            var part = new ScriptPart(script, trace.Name, first, Math.Min(size, script.Statements.Count - first)) { Continues = true };
            var last = first + part.Count >= script.Statements.Count;
            await tracer!.RunAsync(part, (first == 0 ? before : [], last ? after : []), evidence, cancellationToken).ConfigureAwait(false);
            Hold(trace);
        }
    }

    private void Hold(MigrationTrace trace)
    {
        if (bounds is null || trace.Statements.Count == 0)
            return;
        var statements = traces.Append(trace).SelectMany(each => each.Statements).ToList();
        var (rows, wal) = (statements.Sum(RehearsalRemains.RowsOf), statements.Sum(statement => statement.WalBytes ?? 0));
        if (rows <= bounds.Rows && wal <= bounds.WalBytes)
            return;
        var last = trace.Statements[^1];
        throw Texts.Error(
            ErrorIds.RehearsalTooLarge,
            ExitCode.MigrationFailed,
            new ErrorPlace(trace.File, last.Line, last.Column, TargetName: trace.Name),
            null,
            trace.Name,
            Figures.Count(rows, "row"),
            Figures.Bytes(wal),
            Figures.Count(bounds.Rows, "row"),
            Figures.Bytes(bounds.WalBytes)
        );
    }

    private void Pass(PlanItem item, MigrationTrace trace, string reason)
    {
        var statements = Enumerable.Range(0, trace.Script.Statements.Count).Select(i => StatementTracer.NotRun(trace.Script, i)).ToList();
        Add(trace with { Statements = statements });
        book.Rehearsed(item, reason, []);
        missing ??= trace.Name;
    }

    private void Add(MigrationTrace trace)
    {
        traces.Add(trace);
        judge!.Add(trace);
    }

    // A label that an earlier pending migration adds (PostgreSQL manual, ALTER TYPE). One of its own would stop it in earnest.
    private static bool IsLabelOfEarlier(MuedException error, SqlScript script) =>
        error is { SqlState: SqlStates.UnsafeNewEnumValueUsage, InnerException: PostgresException e }
        && !script.Labels.Any(label => e.MessageText.Contains(label, StringComparison.Ordinal));
}
