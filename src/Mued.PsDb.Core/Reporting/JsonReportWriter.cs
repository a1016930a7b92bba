using System.Text.Encodings.Web;
using System.Text.Json;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>The command's own record as one JSON document, as <c>mued-report.schema.json</c> describes it.</summary>
public sealed class JsonReportWriter : IReportWriter
{
    // The relaxed encoder leaves quotes and angle brackets readable; the document is a file or a stream, never part of a web page.
    private static readonly ReportJsonContext Context = new(
        new(ReportJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <inheritdoc/>
    public void Write(ReportDocument report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        var json = JsonSerializer.Serialize(report.Content, report.Content.GetType(), Context);

        // In JSON a number sign stands inside strings only. Escaped, no text of a database reads as "##vso[" in a build log.
        output.Write(json.Replace("#", @"\u0023", StringComparison.Ordinal));
        output.Write('\n');
    }
}
