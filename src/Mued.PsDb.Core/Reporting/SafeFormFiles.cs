using System.Text;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The safe forms of a migration test as files that can take the place of their statements.</summary>
public static class SafeFormFiles
{
    /// <summary>Refuses a test that proves no safe form, since there would be none to write.</summary>
    /// <exception cref="MuedException">The test is one on the database itself (exit code 2).</exception>
    internal static void Check(MigrationTestOptions options)
    {
        if (options.OnTarget)
            throw Texts.Usage("OnTargetWithFix");
    }

    /// <summary>Writes them, each under the version and the name of its migration and a number: <c>0042.1_index.sql</c>.</summary>
    /// <param name="report">The report of the test.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="MuedException">A file is there already, or cannot be written (<see cref="ExitCode.ReportUnwritten"/>).</exception>
    public static IReadOnlyList<string> Write(MigrationTestReport report, string folder)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(folder);
        var written = new List<string>();
        foreach (var migration in report.Findings.Where(finding => finding.Rewrite.Count > 0).GroupBy(finding => finding.Migration))
        {
            var version = MigrationVersion.OfName(migration.Key)?.Text ?? "";
            var number = 0;
            foreach (var finding in migration.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column))
            foreach (var sql in finding.Rewrite)
            {
                var name = $"{version}.{++number}{migration.Key[version.Length..]}.sql";
                written.Add(Write(Path.Combine(folder, name), Texts.Get("SafeFormOf", finding.Migration, finding.Line), sql));
            }
        }

        return written;
    }

    private static string Write(string path, string remark, string sql)
    {
        try
        {
            FileFolder.Make(path);
            using var file = new StreamWriter(
                path,
                new UTF8Encoding(false),
                new() { Mode = FileMode.CreateNew, Access = FileAccess.Write }
            );
            file.Write($"-- {remark}\n{sql}\n");
            return path;
        }
        catch (Exception e) when (FileFailure.IsUnwritable(e))
        {
            throw ReportFile.Unwritten(path, e.Message, e);
        }
    }
}
