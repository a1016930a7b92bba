using System.Globalization;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;

namespace Mued.PsDb.Reporting;

/// <summary>
/// The tables of reports. The texts of a table are two: its title under its name, its column heads under Name.Columns. The head of a column of
/// figures begins with a number sign.
/// </summary>
internal static class ReportTables
{
    /// <summary>A table with these rows, each as long as there are columns.</summary>
    public static ReportTable Of(string name, IEnumerable<string[]> rows)
    {
        var heads = Texts.Get($"Table.{name}.Columns").Split('|');
        return new(Texts.Get("Table." + name), [.. heads.Select(head => head.TrimStart('#'))], [.. rows])
        {
            Figures = [.. Enumerable.Range(0, heads.Length).Where(i => heads[i].StartsWith('#'))],
        };
    }

    /// <summary>One row a step.</summary>
    public static ReportTable Steps(IEnumerable<ReportStep> steps) =>
        Of(
            "Steps",
            steps.Select(step =>
                new[] { step.Status, step.Name, step.Duration > TimeSpan.Zero ? Figures.Duration(step.Duration) : "", step.Detail ?? "" }
            )
        );

    /// <summary>What the server said during the steps.</summary>
    public static ReportTable Notices(IEnumerable<ReportStep> steps) =>
        Of(
            "Notices",
            from step in steps
            from notice in step.Notices
            select new[] { step.Name, notice.Severity, notice.SqlState, notice.Message }
        );

    /// <summary>One row a check; of one that is no failure the severity is told.</summary>
    public static ReportTable Checks(IEnumerable<SchemaCheck> checks) =>
        Of(
            "Checks",
            checks.Select(check =>
                new[]
                {
                    check.Failed ? check.Status.ToString() : $"{check.Status} ({check.Severity})",
                    check.Kind,
                    check.Name,
                    check.Expected ?? "",
                    check.Actual ?? "",
                    check.Advice ?? "",
                }
            )
        );

    /// <summary>One row a finding.</summary>
    public static ReportTable Findings(IEnumerable<SafetyFinding> findings) =>
        Of(
            "Findings",
            findings.Select(finding =>
                new[]
                {
                    finding.Severity.ToString(),
                    finding.Rule,
                    $"{Path.GetFileName(finding.File)}{(finding.Line is { } line ? $":{line}" : "")}",
                    finding.Message,
                    finding.Advice,
                }
            )
        );

    /// <summary>The tries that failed, and what was in their way.</summary>
    public static ReportTable Retries(IEnumerable<(string Name, MigrationAttempt Attempt)> attempts) =>
        Of(
            "Retries",
            attempts.Select(item =>
                new[]
                {
                    item.Name,
                    Figures.Number(item.Attempt.Number),
                    item.Attempt.SqlState ?? Texts.Get("NoSqlState"),
                    item.Attempt.Message,
                    string.Join("; ", item.Attempt.Blockers.Select(BlockerText.Describe)),
                }
            )
        );

    /// <summary>Who waited for a run, for which of its locks, and which standbys fell behind.</summary>
    public static IEnumerable<ReportTable> Of(Harm? harm) =>
        harm is null
            ? []
            :
            [
                Of(
                    "Blocked",
                    harm.Blocked.Select(session =>
                        new[]
                        {
                            session.Pid.ToString(CultureInfo.InvariantCulture),
                            session.ApplicationName,
                            Figures.Duration(session.Waited),
                            session.LockMode,
                            session.Relation ?? "",
                        }
                    )
                ),
                Of("Locks", harm.Locks.Select(held => new[] { held.Relation, held.LockMode, Figures.Duration(held.Held) })),
                Of("Standbys", harm.Standbys.Select(standby => new[] { standby.Name, Figures.Duration(standby.Lag) })),
            ];
}
