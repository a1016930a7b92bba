using System.Globalization;
using System.Xml;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>JUnit XML as PublishTestResults@2 reads it: one test case a migration and a check.</summary>
internal sealed class JUnitReportWriter : IReportWriter
{
    public void Write(ReportDocument report, TextWriter output)
    {
        using var xml = XmlWriter.Create(
            output,
            new()
            {
                Indent = true,
                NewLineChars = "\n",
                CloseOutput = false,
            }
        );
        xml.WriteStartDocument();
        xml.WriteStartElement("testsuites");
        Attribute(xml, "name", $"mued-psdb {report.Command}");
        Attribute(xml, "time", Seconds(report.Duration));
        if (report.Parts.Count == 0)
        {
            foreach (var (name, counts, write) in CasesOf(report))
                WriteSuite(xml, report, $"{name} {report.Target}".TrimEnd(), counts, write);
        }

        foreach (var part in report.Parts)
        {
            var cases = CasesOf(part);
            WriteSuite(
                xml,
                part,
                part.Target!,
                cases.Aggregate(default(Counts), (sum, group) => sum + group.Counts),
                _ => cases.ForEach(group => group.Write(xml))
            );
        }

        xml.WriteEndElement();
        xml.WriteEndDocument();
        xml.Flush();
        output.Write('\n');
    }

    // The groups of cases of a report: a suite each, or together that of a target among many.
    private static List<(string Name, Counts Counts, Action<XmlWriter> Write)> CasesOf(ReportDocument report)
    {
        var groups = new List<(string, Counts, Action<XmlWriter>)>();
        if (report.Steps.Count > 0)
            groups.Add(("steps", StepCounts(report), xml => WriteSteps(xml, report)));
        if (report.CheckCount > 0)
            groups.Add(("checks", CheckCounts(report), xml => WriteChecks(xml, report)));
        if (report.Findings.Count > 0)
            groups.Add(("findings", FindingCounts(report), xml => WriteFindings(xml, report)));
        if (report.Error is { } error && report.CheckFailures == 0 && !report.Steps.Any(step => step.Error is not null))
            groups.Add(("run", new(1) { Errors = 1 }, xml => WriteError(xml, report, error)));
        if (report.Status == FleetTarget.NotRun)
            groups.Add(("run", new(1) { Skipped = 1 }, xml => WriteNotRun(xml, report)));
        return groups;
    }

    private static Counts StepCounts(ReportDocument report) =>
        new(report.Steps.Count)
        {
            Failures = report.Steps.Count(step => step.Outcome == StepOutcome.Failed),
            Skipped = report.Steps.Count(step => step.Outcome is not (StepOutcome.Done or StepOutcome.Failed)),
        };

    private static void WriteSteps(XmlWriter xml, ReportDocument report)
    {
        foreach (var step in report.Steps)
        {
            StartCase(xml, report, "steps", step.Name, step.Duration);
            if (step.Outcome == StepOutcome.Failed)
                Problem(
                    xml,
                    "failure",
                    step.Error?.Message ?? step.Status,
                    step.Error?.SqlState ?? step.Status,
                    step.Error is null ? step.Detail : Describe(step.Error)
                );
            else if (step.Outcome != StepOutcome.Done)
                Problem(xml, "skipped", $"{step.Status}: {step.Detail}", null, null);
            if (step.Notices.Count > 0)
            {
                xml.WriteStartElement("system-out");
                Text(xml, string.Join("\n", step.Notices.Select(notice => $"{notice.Severity} {notice.SqlState}: {notice.Message}")));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }
    }

    private static Counts CheckCounts(ReportDocument report) =>
        new(report.Checks.Count + (report.CheckCount > report.Checks.Count ? 1 : 0))
        {
            Failures = report.CheckFailures,
            Skipped = report.Checks.Count(check => !check.Failed && check.Status != CheckStatus.Passed),
        };

    private static void WriteChecks(XmlWriter xml, ReportDocument report)
    {
        foreach (var check in report.Checks)
        {
            StartCase(xml, report, check.Table ?? check.Kind, $"{check.Kind} {check.Name}", default);
            if (check.Failed)
            {
                Problem(
                    xml,
                    "failure",
                    $"{check.Status}: {check.Kind} {check.Name}",
                    check.Status.ToString(),
                    Texts.Get("CheckFailure", check.Expected, check.Actual, check.Advice, check.SuggestedSql).TrimEnd()
                );
            }
            else if (check.Status != CheckStatus.Passed)
            {
                Problem(xml, "skipped", $"{check.Status}: {check.Advice}", null, null);
            }

            xml.WriteEndElement();
        }

        // A report that lists only failed checks still says how many there were: the rest is one case.
        if (report.CheckCount - report.Checks.Count is > 0 and var unlisted)
        {
            StartCase(xml, report, "checks", Texts.Get("CountPassed", Figures.Count(unlisted, "check")), default);
            xml.WriteEndElement();
        }
    }

    private static Counts FindingCounts(ReportDocument report)
    {
        var failures = report.Findings.Count(finding => finding.Fails(report.FailOn));
        return new(report.Findings.Count) { Failures = failures, Skipped = report.Findings.Count - failures };
    }

    private static void WriteFindings(XmlWriter xml, ReportDocument report)
    {
        foreach (var finding in report.Findings)
        {
            StartCase(xml, report, finding.Migration, $"{finding.Rule} {Path.GetFileName(TextReportWriter.Place(finding))}", default);
            if (finding.Fails(report.FailOn))
                Problem(
                    xml,
                    "failure",
                    finding.Message,
                    finding.Rule,
                    string.Join("\n", [TextReportWriter.Place(finding), finding.Advice, .. finding.Rewrite])
                );
            else
                Problem(xml, "skipped", $"{finding.Severity}: {finding.Message}", null, null);
            xml.WriteEndElement();
        }
    }

    private static void WriteError(XmlWriter xml, ReportDocument report, MuedError error)
    {
        StartCase(xml, report, "run", report.Command, report.Duration);
        Problem(xml, "error", error.Message, error.SqlState ?? error.ErrorId, Describe(error));
        xml.WriteEndElement();
    }

    private static void WriteNotRun(XmlWriter xml, ReportDocument report)
    {
        StartCase(xml, report, "run", report.Command, report.Duration);
        Problem(xml, "skipped", report.Summary, null, null);
        xml.WriteEndElement();
    }

    private static string Describe(MuedError error)
    {
        var place = error.File is null ? "" : $"{TextReportWriter.Place(error)}\n";
        var state = error.SqlState is null ? "" : $"SQLSTATE {error.SqlState}\n";
        return $"{error.Message}\n{place}{state}{error.Advice}";
    }

    private static void WriteSuite(XmlWriter xml, ReportDocument report, string name, Counts counts, Action<XmlWriter> writeCases)
    {
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", name);
        Attribute(xml, "tests", Number(counts.Tests));
        Attribute(xml, "failures", Number(counts.Failures));
        Attribute(xml, "errors", Number(counts.Errors));
        Attribute(xml, "skipped", Number(counts.Skipped));
        if (report.StartedAt is { } start)
            Attribute(xml, "timestamp", start.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        writeCases(xml);
        xml.WriteEndElement();
    }

    private static void StartCase(XmlWriter xml, ReportDocument report, string group, string name, TimeSpan duration)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", $"{report.Command}.{group}");
        Attribute(xml, "name", name);
        Attribute(xml, "time", Seconds(duration));
    }

    private static void Problem(XmlWriter xml, string element, string message, string? type, string? text)
    {
        xml.WriteStartElement(element);
        Attribute(xml, "message", message);
        if (type is not null)
            Attribute(xml, "type", type);
        if (text is not null)
            Text(xml, text);
        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string value)
    {
        xml.WriteStartAttribute(name);
        Text(xml, value);
        xml.WriteEndAttribute();
    }

    // XML 1.0 has no way to write most control characters; they are shown instead. A number sign goes as a reference, for build logs.
    private static void Text(XmlWriter xml, string text)
    {
        var parts = UntrustedText.Visible(text).Split('#');
        xml.WriteString(parts[0]);
        foreach (var part in parts.Skip(1))
        {
            xml.WriteCharEntity('#');
            xml.WriteString(part);
        }
    }

    private static string Seconds(TimeSpan value) => value.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a suite says of its cases.</summary>
    private readonly record struct Counts(int Tests)
    {
        public int Failures { get; init; }

        public int Errors { get; init; }

        public int Skipped { get; init; }

        public static Counts operator +(Counts left, Counts right) =>
            new(left.Tests + right.Tests)
            {
                Failures = left.Failures + right.Failures,
                Errors = left.Errors + right.Errors,
                Skipped = left.Skipped + right.Skipped,
            };
    }
}
