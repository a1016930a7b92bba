using System.Diagnostics;
using System.Globalization;

namespace Mued.PsDb.Tests.Cli;

/// <summary>The demo: it shows everything, and leaves nothing behind unless it is told to.</summary>
public class DemoTests
{
    [Fact]
    public async Task The_demo_shows_all_and_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("mued-cli-").FullName;
        var result = await CliProcess.WaitAsync(CliProcess.Start(folder, null, "demo"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        foreach (
            var text in (string[])
                [
                    "Phase 2: Absent",
                    "Applied  0008_add_foreign_keys_fixed",
                    "checks passed",
                    "NothingToDo",
                    "Succeeded: Phase 2 was applied and proven",
                ]
        )
            Assert.Contains(text, result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        await GoneAsync(result.Output.Split("127.0.0.1:")[1].Split('/')[0]);
        Directory.Delete(folder);
    }

    [Fact]
    public async Task As_json_the_demo_is_one_document()
    {
        var report = CliReport.Of(await CliProcess.RunAsync("demo", "--output", "json"));
        Assert.Equal("Succeeded", report.GetProperty("status").GetString());
        Assert.Equal("NothingToDo", report.GetProperty("secondRun").GetProperty("status").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, report.GetProperty("url").ValueKind);
    }

    [UnixTheory]
    [InlineData(300)]
    [InlineData(1500)]
    public async Task Interrupted_it_leaves_nothing_behind_either(int milliseconds)
    {
        var folder = Directory.CreateTempSubdirectory("mued-cli-").FullName;
        var process = CliProcess.Start(null, new Dictionary<string, string> { ["TMPDIR"] = folder }, "demo");
        await Task.Delay(milliseconds);
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        var result = await CliProcess.WaitAsync(process);
        Assert.True(result.ExitCode is 0 or 130);
        await Eventually.TrueAsync(() => !Servers().Any(command => command.Contains(folder, StringComparison.Ordinal)));
        Directory.Delete(folder, recursive: true);
    }

    [UnixFact]
    public async Task Kept_the_server_answers_at_its_url_until_it_is_stopped_as_told()
    {
        var report = CliReport.Of(await CliProcess.RunAsync("demo", "--keep", "--output", "json"));
        var url = report.GetProperty("url").GetString()!;
        Assert.Equal(0, (await CliProcess.RunAsync("status", "--url", url)).ExitCode);
        using (
            var shell = Process.Start(
                new ProcessStartInfo("sh", ["-c", report.GetProperty("stopCommand").GetString()!]) { RedirectStandardOutput = true }
            )!
        )
            await shell.WaitForExitAsync();
        await GoneAsync(new Uri(url).Port.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task GoneAsync(string port) =>
        Assert.Equal(3, (await CliProcess.RunAsync("status", "--url", $"postgresql://postgres@127.0.0.1:{port}/demo")).ExitCode);

    private static IEnumerable<string> Servers() =>
        Directory.EnumerateDirectories("/proc").Select(folder => Path.Combine(folder, "cmdline")).Where(File.Exists).Select(Read);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
