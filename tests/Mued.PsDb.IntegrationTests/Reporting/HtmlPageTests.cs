using System.Text.Json.Nodes;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests.Reporting;

/// <summary>The pages of all reports in a real browser: what axe-core, which knows WCAG and good practice, finds there, and what does not fit.</summary>
public sealed class HtmlPageTests
{
    private static readonly NpmPackages AxeCore = new("axe-core@4.14.1");

    private const string Text =
        "the 0008_add_foreign_keys_fixed of public.dialogue_utterances waits for application_server_of_the_dialogues";

    private const string Axe = """
        axe.run().then(found => found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`)))
        """;

    // What is too narrow for its content, and so has a scroll bar.
    private const string Scrolling = """
        [document.scrollingElement, ...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth)
            .map(box => `${box.tagName} ${box.getAttribute('aria-label') ?? ''}: ${box.scrollWidth} > ${box.clientWidth}`)
        """;

    [ChromiumFact]
    public async Task Every_page_is_for_everybody_and_fits_its_window()
    {
        var axe = await File.ReadAllTextAsync(Path.Combine(await AxeCore.FolderAsync(), "node_modules", "axe-core", "axe.min.js"));
        var folder = Directory.CreateTempSubdirectory("mued-pages-");
        await using var browser = await Chromium.StartAsync();
        var faults = new List<string>();
        foreach (var report in Samples.All(Text))
        {
            var page = Path.Combine(folder.FullName, $"{report.Command} {report.Status}.html");
            await File.WriteAllTextAsync(page, Samples.Write(new HtmlReportWriter(), report));
            foreach (var (width, dark) in ((int, bool)[])[(400, false), (400, true), (1000, false), (1200, false), (1200, true)])
            {
                await browser.ShowAsync(page, width, dark);
                await browser.RunAsync("document.querySelectorAll('details').forEach(part => part.open = true)");
                await browser.RunAsync(axe);
                var found = await ListAsync(Axe);

                // On a telephone a table has its own scroll bar, and the page none.
                var scrolling = (await ListAsync(Scrolling)).Where(box =>
                    width >= 1000 || box.StartsWith("HTML", StringComparison.Ordinal)
                );
                faults.AddRange(
                    found.Concat(scrolling).Select(fault => $"{report.Command} at {width}, {(dark ? "dark" : "light")}: {fault}")
                );
            }
        }

        folder.Delete(recursive: true);
        Assert.Equal([], faults);

        async Task<IReadOnlyList<string>> ListAsync(string script) =>
            [.. ((JsonArray)(await browser.RunAsync(script))!).Select(one => (string)one!)];
    }
}
