namespace Mued.PsDb.Tests.Cli;

/// <summary>Report files on a real file system.</summary>
public sealed class ReportFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mued-report-").FullName;

    private static ReportDocument Report { get; } = ReportDocument.From("migrate", new("Id", "Message", "Advice", ExitCode.NoConnection));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_check_leaves_no_file_and_keeps_an_old_one()
    {
        var path = Path.Combine(folder, "report.md");
        ReportFile.Check(path);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        File.WriteAllText(path, "old");
        ReportFile.Check(path);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void A_report_replaces_the_old_one_whole()
    {
        var path = Path.Combine(folder, "report.md");
        File.WriteAllText(path, new string('x', 100_000));
        ReportFile.Write(path, Report);
        Assert.StartsWith("## mued-psdb migrate: Failed", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("UnknownReportFormat", "report.pdf")]
    [InlineData("UnknownReportFormat", "report")]
    [InlineData("ReportNotWritable", "file/report.json")]
    [InlineData("ReportNotWritable", "folder.json")]
    public void What_cannot_be_written_is_wrong_usage(string errorId, string name)
    {
        Directory.CreateDirectory(Path.Combine(folder, "folder.json"));
        File.WriteAllText(Path.Combine(folder, "file"), "");
        var error = Assert.Throws<MuedException>(() => ReportFile.Check(Path.Combine(folder, name)));
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }
}
