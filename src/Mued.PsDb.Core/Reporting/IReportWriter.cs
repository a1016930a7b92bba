namespace Mued.PsDb;

/// <summary>Writes a report in one format. It escapes every text that comes from a database, a file or a user.</summary>
public interface IReportWriter
{
    /// <summary>Writes the whole report.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="output">Where to write; left open.</param>
    void Write(ReportDocument report, TextWriter output);
}
