using Mued.PsDb.Foundation;
using Mued.PsDb.Plans;

namespace Mued.PsDb;

/// <summary>Makes the plan of a run as an artifact: rehearsed, with the commits of its files, and sealed.</summary>
public static class MigrationPlanner
{
    /// <summary>
    /// Plans by the code that runs, and rehearses in a transaction that is rolled back, as a dry run does. Nothing is changed.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What would be done; a baseline that is to be found is.</param>
    /// <param name="test">Whether the migrations are also tested in a sandbox, as <see cref="MigrationTest"/> does.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The plan. A statement that fails in the rehearsal is on it, not thrown.</returns>
    /// <exception cref="MuedException">What would stop the run before anything is executed.</exception>
    public static async Task<MigrationPlanReport> RunAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        bool test = false,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (test && settings.Schema is not null)
            throw Texts.Usage("TenantUnsupported", settings.Target, "-TestMigration");
        var plan = await PlanAsync(settings, options with { DryRun = true }, rehearse: true, progress, cancellationToken)
            .ConfigureAwait(false);
        plan = plan with
        {
            Migrations = await GitCheckout.CommitsAsync(plan.Path, plan.Migrations, cancellationToken).ConfigureAwait(false),
        };
        if (test && plan is { Error: null, Status: RunStatus.Planned })
            plan = await TestedAsync(plan, settings, options, progress, cancellationToken).ConfigureAwait(false);
        return PlanFile.Seal(plan);
    }

    /// <summary>The same plan as a look only: not rehearsed, and no file that a run can be held to.</summary>
    /// <param name="settings">The database, which is only read.</param>
    /// <param name="options">What would be done; a baseline that is to be found is.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="MuedException">What would stop the run before anything is executed.</exception>
    public static Task<MigrationPlanReport> PreviewAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => PlanAsync(settings, options, rehearse: false, progress, cancellationToken);

    private static async Task<MigrationPlanReport> PlanAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        bool rehearse,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var baseline = BaselineSearch.IsAskedFor(options)
            ? await BaselineSearch.FindAsync(settings, options, progress, cancellationToken).ConfigureAwait(false)
            : null;
        options = options with { Baseline = baseline?.Migration ?? options.Baseline };
        var plan = await MigrationRunner.PlanAsync(settings, options, rehearse, progress, cancellationToken).ConfigureAwait(false);
        return plan with { Baseline = baseline };
    }

    // What the sandbox finds is more than the rehearsal does: what cannot run in a transaction, and the forms that do not block.
    private static async Task<MigrationPlanReport> TestedAsync(
        MigrationPlanReport plan,
        ConnectionSettings settings,
        MigrationOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var tested = await MigrationTest
            .RunAsync(
                settings,
                new() { Migrations = options with { Baseline = plan.Switches.Baseline, Plan = null } },
                progress,
                cancellationToken
            )
            .ConfigureAwait(false);
        return plan with
        {
            Findings = tested.Findings,
            TestedOn = tested.Base,
            Warnings =
            [
                .. plan.Warnings,
                .. tested.Warnings.Except(plan.Warnings),
                .. tested.Error is { } error ? [error.Message] : Array.Empty<string>(),
            ],
        };
    }
}
