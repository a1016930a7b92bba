using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Mued.PsDb.Tracing;
using Npgsql;

namespace Mued.PsDb.Safety;

/// <summary>
/// Runs migrations in a sandbox as they would run in earnest, each in a transaction or statement by statement, and judges what they do.
/// </summary>
/// <param name="sandbox">The database.</param>
/// <param name="sizes">How large tables are, by name.</param>
/// <param name="small">Which tables are small.</param>
/// <param name="progress">Told each step.</param>
internal sealed class SandboxRun(
    ConnectionSettings sandbox,
    IReadOnlyDictionary<ObjectName, RelationSize> sizes,
    SmallTable small,
    IProgress<RunProgress>? progress
)
{
    private readonly List<MigrationTrace> traces = [];

    /// <summary>What the migrations did.</summary>
    public IReadOnlyList<MigrationTrace> Traces => traces;

    /// <summary>What was found.</summary>
    public IReadOnlyList<SafetyFinding> Findings { get; private set; } = [];

    /// <summary>Things a person should know.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Runs everything. Returns what ended it early; null when it came to its end.</summary>
    public async Task<MuedError?> RunAsync(TestInput input, CancellationToken cancellationToken)
    {
        // A join by merging reads large tables by their indexes; on empty ones that looks like the look-up of a row.
        var connection = await sandbox.WithSetting("enable_mergejoin", "off").OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var tracer = new StatementTracer(connection, sizes);
        var judge = new SafetyJudge(tracer.State, small);
        var work = new FileTrace(tracer, connection);
        await tracer.BeginAsync([], cancellationToken).ConfigureAwait(false);
        MuedError? error = null;
        foreach (var file in input.Tested)
        {
            progress?.Report(
                new(ProgressKind.Migration, Texts.Get("Test.Step.Run", file.Name), file.Name, traces.Count, input.Tested.Count)
            );
            error = await work.RunAsync(file, cancellationToken).ConfigureAwait(false);
            traces.Add(
                new(file.Name, file.Path, file.Sql.Mode == ScriptMode.Transactional, work.Evidence)
                {
                    Script = file.Sql,
                    HasUndo = input.Folder.HasUndo(file),
                    Behind = input.Behind.GetValueOrDefault(file.Name),
                }
            );
            judge.Add(traces[^1]);
            if (error is not null)
                break;
        }

        judge.Finish();
        Findings = [.. Allowances.Apply(judge.Findings, traces)];
        Warnings = tracer.State.Counts ? [] : [Texts.Get("CountsOff")];
        return error;
    }

    /// <summary>One file at a time.</summary>
    private sealed class FileTrace(StatementTracer tracer, NpgsqlConnection connection)
    {
        private readonly SessionDefaults defaults = new(connection);
        private List<StatementEvidence> evidence = [];

        public IReadOnlyList<StatementEvidence> Evidence => evidence;

        public async Task<MuedError?> RunAsync(MigrationFile file, CancellationToken cancellationToken)
        {
            evidence = [];
            try
            {
                if (file.Sql.Mode == ScriptMode.Transactional)
                    await InTransactionAsync(new(file.Sql, file.Name), cancellationToken).ConfigureAwait(false);
                else
                    await StepwiseAsync(file, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (MuedException e) when (e.ExitCode == ExitCode.MigrationFailed)
            {
                return MuedError.From(e);
            }
        }

        private async Task StepwiseAsync(MigrationFile file, CancellationToken cancellationToken)
        {
            for (var i = 0; i < file.Sql.Statements.Count; i++)
            {
                if (file.Sql.Statements[i].Mode == ScriptMode.Transactional)
                    await InTransactionAsync(new(file.Sql, file.Name, i, 1), cancellationToken).ConfigureAwait(false);
                else
                    evidence.Add(await tracer.RunBareAsync(file.Sql, file.Name, i, cancellationToken).ConfigureAwait(false));
            }

            await connection.ExecuteAsync(["BEGIN", .. defaults.Restore(file.Sql), "COMMIT"], cancellationToken).ConfigureAwait(false);
        }

        private static BatchStep Begin(ScriptPart part) =>
            part.Script.TransactionModes is { } modes ? (BatchStep)$"BEGIN {modes}" : "BEGIN";

        // A role that a migration names is none of the sandbox's; a file that fails has left nothing, and can be tried again.
        private async Task InTransactionAsync(ScriptPart part, CancellationToken cancellationToken)
        {
            var found = new List<StatementEvidence>();
            try
            {
                await TryAsync(part, found, cancellationToken).ConfigureAwait(false);
            }
            catch (MuedException e) when (e.SqlState == PostgresErrorCodes.UndefinedObject)
            {
                if (!await MissingRoles.MakeAsync(connection, part.Script.Text, cancellationToken).ConfigureAwait(false))
                    throw;
                found.Clear();
                await TryAsync(part, found, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                evidence.AddRange(found);
            }
        }

        private async Task TryAsync(ScriptPart part, List<StatementEvidence> found, CancellationToken cancellationToken)
        {
            IEnumerable<BatchStep> restore = part.Count == part.Script.Statements.Count ? defaults.Restore(part.Script) : [];
            try
            {
                await tracer
                    .RunAsync(
                        part,
                        ([Begin(part)], [BatchStep.Unguarded("SET CONSTRAINTS ALL IMMEDIATE"), .. restore, "COMMIT"]),
                        found,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (MuedException)
            {
                await connection.ExecuteAsync(["ROLLBACK"], cancellationToken).ConfigureAwait(false);
                throw;
            }
        }
    }
}
