using System.Diagnostics;
using Mued.PsDb.Foundation;
using Mued.PsDb.Safety;

namespace Mued.PsDb;

/// <summary>
/// Tells what migrations would do to a database at work: which locks they take and for how long, what they write anew, and what clients lose.
/// It runs them in a sandbox, or on the database itself in a transaction that is rolled back, and looks at what the server shows before and
/// after each statement.
/// </summary>
public static class MigrationTest
{
    /// <summary>Tests migrations.</summary>
    /// <param name="settings">The database whose history, schema and sizes count; it is only read, but for
    /// <see cref="MigrationTestOptions.OnTarget"/>. Null for none.</param>
    /// <param name="options">What to test.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancellationToken">Cancels; the sandbox is thrown away all the same.</param>
    /// <returns>The report. What is found, and a statement that fails, is on it and not thrown.</returns>
    /// <exception cref="MuedException">Wrong usage or configuration, no connection, no sandbox, or a base that does not load.</exception>
    public static async Task<MigrationTestReport> RunAsync(
        ConnectionSettings? settings,
        MigrationTestOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.OnTarget)
            return await TargetRun.RunAsync(settings, options, progress, cancellationToken).ConfigureAwait(false);
        var (startedAt, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var target = settings is null
            ? null
            : await TestTarget.ReadAsync(settings, options, progress, cancellationToken).ConfigureAwait(false);
        var input = TestInput.Read(options, target?.History ?? []);
        var ground = TestBase.Choose(options, input, target);
        progress?.Report(new(ProgressKind.Step, Texts.Get("Test.Step.Sandbox")));
        var server = await SandboxServer
            .StartAsync(new() { Major = options.ServerMajor ?? target?.Major }, cancellationToken)
            .ConfigureAwait(false);
        await using var _ = server.ConfigureAwait(false);

        var basis = await SandboxDatabase.CopyAsync(server, "base", "template1", cancellationToken).ConfigureAwait(false);
        var left = await ground.MakeAsync(basis, cancellationToken).ConfigureAwait(false);
        await ApplyBeforeAsync(basis, options, input, progress, cancellationToken).ConfigureAwait(false);
        var sandbox = await SandboxDatabase.CopyAsync(server, "test", "base", cancellationToken).ConfigureAwait(false);
        var run = new SandboxRun(sandbox, ground.Sizes, new(options.SmallTable), progress);
        var error = await run.RunAsync(input, cancellationToken).ConfigureAwait(false);
        progress?.Report(new(ProgressKind.Step, Texts.Get("Test.Step.Prove")));
        var proof = new SafeFormProof(server, "base", ground.Sizes, new(options.SmallTable));
        var proven = await proof.AddAsync(run.Findings, run.Traces, cancellationToken).ConfigureAwait(false);
        var findings = proven.OrderBy(finding => finding.Severity).ToList();
        return new(error is null && !findings.Exists(finding => finding.Fails(options.FailOn)), input.Folder.Path)
        {
            PathReason = options.Migrations.PathReason,
            Target = settings?.Target,
            Source = settings?.Source,
            ServerVersion = server.ServerVersion.ToString(),
            Base = ground.Words,
            FailOn = options.FailOn,
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            Findings = findings,
            Migrations = run.Traces,
            Warnings =
            [
                .. settings?.Warnings ?? [],
                .. left.Count == 0 ? Array.Empty<string>() : [Texts.Get("NotInSandbox", Figures.List(left))],
                .. run.Warnings,
            ],
            Error = error,
        };
    }

    private static async Task ApplyBeforeAsync(
        ConnectionSettings sandbox,
        MigrationTestOptions options,
        TestInput input,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (input.Before.Count == 0)
            return;

        // The sandbox has no schema for a history that is kept elsewhere.
        var before = options.Folder with
        {
            Only = [.. input.Before.Select(file => file.Name)],
            HistoryTable = MigrationOptions.DefaultHistoryTable,
        };
        var report = await MigrationRunner.RunAsync(sandbox, before, progress, cancellationToken).ConfigureAwait(false);
        if (report.Error is { } error)
            throw error.ToException();
    }
}
