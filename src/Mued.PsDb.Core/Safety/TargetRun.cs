using Mued.PsDb.Foundation;

namespace Mued.PsDb.Safety;

/// <summary>The migration test on the database itself: a dry run under bounds, by the code of the dry run.</summary>
internal static class TargetRun
{
    /// <summary>Tests migrations there.</summary>
    /// <exception cref="MuedException">No database, or a base beside it, was named; wrong usage or configuration; no connection.</exception>
    public static async Task<MigrationTestReport> RunAsync(
        ConnectionSettings? settings,
        MigrationTestOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (settings is null)
            throw Texts.Usage("OnTargetWithoutTarget");
        if (options.Base is not null || options.ServerMajor is not null)
            throw Texts.Usage("OnTargetWithBase");
        foreach (
            var (name, bound) in ((string, long)[])[(nameof(options.MaxRows), options.MaxRows), (nameof(options.MaxWal), options.MaxWal)]
        )
        {
            if (bound < 0)
                throw Texts.Usage("OptionOutOfRange", name, bound, "0");
        }

        var input = TestInput.Read(options, []);
        var run = await MigrationRunner
            .RunAsync(
                settings,
                options.Folder with
                {
                    DryRun = true,
                    Only = options.New.Count == 0 ? options.Migrations.Only : [.. input.Tested.Select(file => file.Name)],
                    MaxBlocking = options.MaxBlocking,
                    Rehearsal = new(new(options.SmallTable), options.MaxRows, options.MaxWal),
                },
                progress,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(run.Error is null && !run.Findings.Any(finding => finding.Fails(options.FailOn)), input.Folder.Path)
        {
            PathReason = run.PathReason,
            Target = run.Target,
            Source = run.Source,
            ServerVersion = run.ServerVersion,
            Base = Texts.Get("Base.OnTarget"),
            FailOn = options.FailOn,
            StartedAt = run.StartedAt,
            Duration = run.Duration,
            Findings = run.Findings,
            Migrations = run.Traces,
            Harm = run.Harm,
            Warnings = run.Warnings,
            Error = run.Error,
        };
    }
}
