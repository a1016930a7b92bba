namespace Mued.PsDb.Tests;

/// <summary>What an undo says of a backup that it cannot make.</summary>
public class UndoRefusalTests
{
    [Fact]
    public async Task Rows_that_are_no_UTF_8_are_told_with_what_to_do_and_those_not_counted_are_not_none()
    {
        await using var database = await TestDatabase.CreateAsync(
            options: "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
        );
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (name text);"), ("rollback_0001_a.sql", "DROP TABLE a;"));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        await database.ExecuteAsync("INSERT INTO a VALUES (convert_from('\\xff', 'SQL_ASCII'))");

        var report = await UndoRunner.RunAsync(database.Settings, new() { Path = set.Path, BackupPath = set.FileOf("backup") });

        Assert.Equal(("BackupEncoding", "22021"), (report.Error?.ErrorId, report.Error?.SqlState));
        Assert.Contains("--no-backup", report.Error!.Advice, StringComparison.Ordinal);
        Assert.Null(Assert.Single(report.Tables).Rows);
        using var text = new StringWriter();
        new TextReportWriter().Write(ReportDocument.From(report), text);
        Assert.Contains("not counted", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM a"));
    }
}
