using System.Text;
using System.Text.Json;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>
/// The findings as SARIF (OASIS, Static Analysis Results Interchange Format 2.1.0), for the code views of GitHub, Azure DevOps and editors.
/// </summary>
internal sealed class SarifReportWriter : IReportWriter
{
    public void Write(ReportDocument report, TextWriter output)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true }))
            Write(report, json);
        var text = Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));

        // As in the JSON report: no text of a database reads as a command of a build log.
        output.Write(text.ReplaceLineEndings("\n").Replace("#", @"\u0023", StringComparison.Ordinal));
        output.Write('\n');
    }

    private static void Write(ReportDocument report, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(report, json);
        WriteInvocation(report, json);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var finding in report.Findings)
            WriteResult(finding, json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTool(ReportDocument report, Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "mued-psdb");
        json.WriteString("semanticVersion", Version);
        json.WriteStartArray("rules");
        foreach (var rule in report.Findings.Count == 0 ? [] : SafetyRules.All)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            WriteText(json, "shortDescription", rule.Title);
            WriteText(json, "help", rule.Advice);
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", LevelOf(rule.Severity));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInvocation(ReportDocument report, Utf8JsonWriter json)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", report.Error is null);
        json.WriteNumber("exitCode", (int)report.ExitCode);
        if (report.Error is { } error)
        {
            json.WriteStartArray("toolExecutionNotifications");
            json.WriteStartObject();
            json.WriteString("level", "error");
            WriteText(json, "message", TextFormat.Sentences(error.Message, error.Advice));
            if (error.File is { } file)
                WriteLocation(json, file, error.Line, error.Column);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteResult(SafetyFinding finding, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        json.WriteNumber("ruleIndex", SafetyRules.All.ToList().FindIndex(rule => rule.Id == finding.Rule));
        json.WriteString("level", LevelOf(finding.Severity));
        WriteText(json, "message", TextFormat.Sentences(finding.Message, finding.Advice));
        WriteLocation(json, finding.File, finding.Line, finding.Column);
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, string file, int? line, int? column)
    {
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", UriOf(file));
        json.WriteEndObject();
        if (line is { } row)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", row);
            json.WriteNumber("startColumn", column ?? 1);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", UntrustedText.Visible(text));
        json.WriteEndObject();
    }

    // Code views know files by their place below the folder that was checked out, from where the command is run.
    private static string UriOf(string file)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, file);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? new Uri(Path.GetFullPath(file)).AbsoluteUri
            : string.Join('/', relative.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
    }

    private static string LevelOf(FindingSeverity severity) =>
        severity switch
        {
            FindingSeverity.Error => "error",
            FindingSeverity.Warning => "warning",
            _ => "note",
        };

    private static string Version => typeof(SarifReportWriter).Assembly.GetName().Version!.ToString(3);
}
