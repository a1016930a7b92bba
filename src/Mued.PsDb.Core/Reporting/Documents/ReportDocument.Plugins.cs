using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a list of plugins, which is no report of its own.</summary>
    /// <param name="plugins">The plugins.</param>
    internal static ReportDocument From(IReadOnlyList<PluginInfo> plugins) =>
        new("plugins", plugins)
        {
            Status = "Listed",
            Summary = Figures.Count(plugins.Count, "plugin"),
            ExitCode = ExitCode.Done,
        };
}
