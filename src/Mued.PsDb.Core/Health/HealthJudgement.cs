using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Health;

/// <summary>Holds what was found against a limit. It knows nothing of a database.</summary>
internal static class HealthJudgement
{
    private const decimal Megabyte = 1048576;

    /// <summary>The check of a subject.</summary>
    /// <param name="subject">What was looked at.</param>
    /// <param name="limit">Its limit.</param>
    /// <param name="findings">What was found, the worst first.</param>
    public static HealthCheck Judge(HealthSubject subject, decimal limit, IReadOnlyList<HealthFinding> findings)
    {
        var known = findings.Where(finding => finding.Value is not null).ToList();
        var hidden = findings.FirstOrDefault(finding => finding.Value is null);
        var counts = subject.Unit == HealthUnit.Count;
        decimal? value = counts
            ? findings.Count == 0
                ? 0
                : findings[0].Total
            : known.Count == 0
                ? null
                : subject.AtLeast
                    ? known.Min(finding => finding.Value)
                    : known.Max(finding => finding.Value);
        var status =
            value is { } reached && subject.IsBeyond(reached, limit) ? subject.Beyond
            : hidden is not null ? RunbookStatus.Unknown
            : RunbookStatus.Passed;
        var told = status == subject.Beyond && !counts ? known.Where(finding => subject.IsBeyond(finding.Value!.Value, limit)) : known;
        var words = told.Select(finding => Words(subject, finding)).ToList();
        return Check(subject, limit, status, value) with
        {
            Detail =
                status == RunbookStatus.Unknown ? Untold(hidden!)
                : words.Count == 0 ? Texts.Get($"Health.{subject.Name}.None")
                : Texts.Get(
                    counts ? "Health.Counted"
                        : subject.AtLeast ? "Health.AtLeast"
                        : "Health.AtMost",
                    status == RunbookStatus.Passed ? words[0] : Figures.List(words),
                    Figure(subject.Unit, limit),
                    value
                ),
            Advice = Advice(subject, status, hidden),
            MissingGrant = hidden?.MissingGrant,
            Items = [.. known.Select(finding => new HealthItem(finding.Name, finding.Value, Words(subject, finding)))],
        };
    }

    /// <summary>The check of a subject that the server would not tell about.</summary>
    public static HealthCheck Unknown(HealthSubject subject, decimal limit, string reason, string? grant) =>
        Check(subject, limit, RunbookStatus.Unknown, null) with
        {
            Detail = reason,
            Advice = AdviceFor(grant),
            MissingGrant = grant,
        };

    /// <summary>A figure in words.</summary>
    public static string Figure(HealthUnit unit, decimal value) =>
        unit switch
        {
            HealthUnit.Percent => string.Create(CultureInfo.InvariantCulture, $"{value:0.##} %"),
            HealthUnit.Seconds => Figures.Duration(TimeSpan.FromSeconds((double)value)),
            HealthUnit.Megabytes => Figures.Bytes((long)(value * Megabyte)),
            HealthUnit.Days => Figures.Count((long)Math.Floor(value), "day"),
            _ => Figures.Number((long)value),
        };

    private static HealthCheck Check(HealthSubject subject, decimal limit, RunbookStatus status, decimal? value) =>
        new(subject.Name, status, "")
        {
            Unit = subject.Unit,
            Value = value,
            Limit = limit,
            AtLeast = subject.AtLeast,
        };

    private static string? Advice(HealthSubject subject, RunbookStatus status, HealthFinding? hidden) =>
        status switch
        {
            RunbookStatus.Passed => null,
            RunbookStatus.Unknown => AdviceFor(hidden?.MissingGrant),
            _ => Texts.Get($"Health.{subject.Name}.Advice"),
        };

    private static string AdviceFor(string? grant) =>
        grant is null ? Texts.Get("Health.Unasked.Advice") : Texts.Get("Health.Hidden.Advice", grant);

    // Without a name it is the database as a whole, of which there is too little to tell from; a sequence may be locked.
    private static string Untold(HealthFinding hidden) =>
        Texts.Get(
            hidden.MissingGrant is not null ? "Health.Hidden"
                : hidden.Name.Length == 0 ? "Health.TooLittle"
                : "Health.Locked",
            hidden.Name
        );

    private static string Words(HealthSubject subject, HealthFinding finding) =>
        Texts.Get($"Health.{subject.Name}.Item", [finding.Name, Figure(subject.Unit, finding.Value!.Value), .. finding.Facts]).Trim();
}
