using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a list of migrations.</summary>
    /// <param name="listing">The list.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(StatusReport listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return new("status", listing)
        {
            Status = "Listed",
            Summary = listing.Target is null
                ? Texts.Get("ListedOffline", Figures.Count(listing.Migrations.Count, "migration"))
                : Texts.Get(listing.Attention > 0 ? "ListedAttention" : "Listed", listing.Applied, listing.Pending, listing.Attention),
            ExitCode = ExitCode.Done,
            Target = listing.Target,
            Facts = Known(
                Folder(listing.Path, listing.PathReason),
                ("Fact.Source", listing.Source),
                ("Fact.Layout", listing.LayoutReason),
                ("Fact.Ignored", Figures.List(listing.Ignored))
            ),
            Steps = [.. listing.Migrations.Select(Step)],
        };
    }

    private static ReportStep Step(MigrationInfo migration) =>
        new(
            migration.Name,
            migration.State switch
            {
                MigrationState.Applied => StepOutcome.Done,
                MigrationState.Pending or MigrationState.Unknown => StepOutcome.Pending,
                MigrationState.Excluded => StepOutcome.Skipped,
                _ => StepOutcome.Attention,
            },
            migration.State.ToString()
        )
        {
            File = migration.File,
            Detail =
                migration.Remark ?? (migration.AppliedAt is { } at ? Texts.Get("AppliedBy", Figures.Time(at), migration.AppliedBy) : null),
            Duration = migration.Duration ?? default,
        };
}
