using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a comparison of schemas.</summary>
    /// <param name="report">The report of the comparison.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(CompareReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var single = report.Targets.Count == 1 ? report.Targets[0] : null;
        var checks = report
            .Targets.SelectMany(target => target.Differences.Select(check => Of(check, target, single is not null)))
            .ToList();
        var failed = report.Targets.Select(target => target.Error?.ExitCode).FirstOrDefault(code => code is not null);
        return new("compare-schema", report)
        {
            Status = report.Equal ? "Equal" : "Different",
            Summary = SummaryOf(report, single, checks.Count(check => check.Failed)),
            ExitCode = report.Equal ? ExitCode.Done : failed ?? ExitCode.CheckFailed,
            Target = single?.Target,
            Facts = Known(
                Server(single?.ServerVersion),
                ("Fact.Reference", report.Reference),
                ("Fact.NotCompared", string.Join("; ", report.NotCompared))
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Checks = checks,
            CheckCount = report.Targets.Sum(target => target.Checks),
            CheckFailures = checks.Count(check => check.Failed),
            Tables = single is null ? [Drift(report)] : [Statements(single)],
            Warnings =
            [
                .. report.Targets.Where(target => target.Error is not null).Select(target => $"{target.Target}: {target.Error!.Message}"),
                .. single?.Remark is { } remark ? [remark] : Array.Empty<string>(),
            ],
        };
    }

    private static string SummaryOf(CompareReport report, ComparedSchema? single, int differences)
    {
        var (duration, found) = (Figures.Duration(report.Duration), Figures.Count(differences, "difference"));
        var (equal, all) = (report.Targets.Count(target => target.Equal), Figures.Count(report.Targets.Count, "database"));
        return report.Equal ? Texts.Get("ComparedEqual", single?.Target ?? all, report.Reference, duration)
            : single is not null ? Texts.Get("ComparedOne", found, report.Reference, duration)
            : Texts.Get("ComparedDifferent", equal, all, report.Reference, found, duration);
    }

    // Of several databases each check says which one it is about.
    private static SchemaCheck Of(SchemaCheck check, ComparedSchema target, bool single) =>
        single
            ? check
            : check with
            {
                Name = $"{target.Target}: {check.Name}",
                Table = check.Table is null ? target.Target : $"{target.Target}: {check.Table}",
                Cause = check.Cause is null ? null : $"{target.Target}: {check.Cause}",
            };

    private static ReportTable Statements(ComparedSchema target) =>
        ReportTables.Of(
            "Statements",
            target.Statements.Select(statement =>
                new[]
                {
                    statement.Sql,
                    Texts.Get("Statement." + statement.Risk),
                    Texts.Get(statement.Proven ? "Statement.Proven" : "Statement.Unproven"),
                }
            )
        );

    private static ReportTable Drift(CompareReport report)
    {
        var found = report
            .Targets.Select(target =>
                target
                    .Differences.Where(check => check.Cause is null)
                    .ToLookup(check => $"{check.Kind} {check.Name}", check => check.Status)
            )
            .ToList();
        var rows =
            from name in found.SelectMany(target => target.Select(item => item.Key)).Distinct()
            select (IReadOnlyList<string>)
                [
                    name,
                    .. report.Targets.Zip(
                        found,
                        (target, checks) =>
                            target.Error is not null ? Texts.Get("Drift.Unread")
                            : checks[name].Any() ? checks[name].First().ToString()
                            : Texts.Get("Drift.Same")
                    ),
                ];
        return new(Texts.Get("Table.Drift"), [Texts.Get("Drift.Object"), .. report.Targets.Select(target => target.Target)], [.. rows]);
    }
}
