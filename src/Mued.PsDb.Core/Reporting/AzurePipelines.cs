using System.Globalization;
using System.Text;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>The logging commands of the Azure Pipelines agent (Microsoft Learn, "Logging commands").</summary>
public static class AzurePipelines
{
    /// <summary>Whether this process runs in a pipeline: the agent sets TF_BUILD to True.</summary>
    public static bool IsAgent => string.Equals(Environment.GetEnvironmentVariable("TF_BUILD"), "True", StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder that the agent empties after each job, or the user's temporary folder.</summary>
    public static string TemporaryFolder =>
        Environment.GetEnvironmentVariable("AGENT_TEMPDIRECTORY") is { Length: > 0 } folder && Directory.Exists(folder)
            ? folder
            : Path.GetTempPath();

    /// <summary>The line that shows how far a step is.</summary>
    /// <param name="percent">From 0 to 100.</param>
    /// <param name="text">What is done.</param>
    /// <returns>One line.</returns>
    public static string Progress(int percent, string text) =>
        Command("task.setprogress", UntrustedText.OneLine(text), ("value", Number(percent)));

    internal static string Issue(string type, string message, MuedError? place = null) =>
        Command(
            "task.logissue",
            message,
            ("type", type),
            ("sourcepath", place?.File),
            ("linenumber", Number(place?.Line)),
            ("columnnumber", Number(place?.Column)),
            ("code", place?.SqlState ?? place?.ErrorId)
        );

    internal static string Issue(string type, string message, SafetyFinding finding) =>
        Command(
            "task.logissue",
            message,
            ("type", type),
            ("sourcepath", finding.File),
            ("linenumber", Number(finding.Line)),
            ("columnnumber", Number(finding.Column)),
            ("code", finding.Rule)
        );

    internal static string Command(string name, string text, params (string Name, string? Value)[] properties)
    {
        var line = new StringBuilder("##vso[").Append(name);
        foreach (var (key, value) in properties.Where(property => !string.IsNullOrEmpty(property.Value)))
            line.Append(line[^1] == ';' ? "" : " ").Append(key).Append('=').Append(Escape(value!)).Append(';');

        return line.Append(']').Append(Escape(text)).ToString();
    }

    // The agent's own escapes. The percent sign goes first, or the others would be escaped twice.
    private static string Escape(string text) =>
        string.Join("\n", UntrustedText.Lines(text))
            .Replace("%", "%AZP25", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal)
            .Replace("]", "%5D", StringComparison.Ordinal)
            .Replace(";", "%3B", StringComparison.Ordinal);

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
