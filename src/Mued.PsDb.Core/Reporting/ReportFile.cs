using System.Text;
using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>A report file, whose ending says the format: .json, .xml (JUnit), .md, .html, or .sarif for findings.</summary>
public static class ReportFile
{
    /// <summary>Proves, before anything is run, that a report can be written; a folder that is missing is made.</summary>
    /// <param name="path">The path of the report.</param>
    /// <exception cref="MuedException">The ending names no format, or the folder cannot be written to (exit code 2).</exception>
    public static void Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        WriterOf(path);
        var probe = TemporaryName(path);
        try
        {
            if (Directory.Exists(path))
                throw new IOException(Texts.Get("ReportIsFolder"));
            FileFolder.Make(probe);
            File.Create(probe).Dispose();
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Texts.Error("ReportNotWritable", ExitCode.Usage, e, path, Reason(path, probe, e));
        }
    }

    /// <summary>Writes the report whole or not at all: into a file beside it, which then takes its name.</summary>
    /// <param name="path">The path of the report.</param>
    /// <param name="report">What to write.</param>
    /// <exception cref="MuedException">The file could not be written (<see cref="ExitCode.ReportUnwritten"/>).</exception>
    public static void Write(string path, ReportDocument report)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(report);
        var writer = WriterOf(path);
        var temporary = TemporaryName(path);
        try
        {
            using (var file = new StreamWriter(temporary, append: false, new UTF8Encoding(false)))
                writer.Write(report, file);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (FileFailure.IsUnwritable(e))
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            throw Unwritten(path, Reason(path, temporary, e), e);
        }
    }

    /// <summary>The error for a report that was not written although what it tells is done.</summary>
    internal static MuedException Unwritten(string where, string reason, Exception e) =>
        Texts.Error("ReportUnwritten", ExitCode.ReportUnwritten, new ErrorPlace(TargetName: where), e, where, reason);

    private static IReportWriter WriterOf(string path) =>
        Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".JSON" => new JsonReportWriter(),
            ".XML" => new JUnitReportWriter(),
            ".MD" => new MarkdownReportWriter(),
            ".HTML" or ".HTM" => new HtmlReportWriter(),
            ".SARIF" => new SarifReportWriter(),
            _ => throw Texts.Usage("UnknownReportFormat", path),
        };

    private static string TemporaryName(string path)
    {
        var full = Path.GetFullPath(path);
        return Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
    }

    // The system's message names the temporary file, of which the user knows nothing.
    private static string Reason(string path, string temporary, Exception e) =>
        e.Message.Replace(temporary, Path.GetFullPath(path), StringComparison.Ordinal);
}
