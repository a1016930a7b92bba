using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Lists the plugins that a database knows.</summary>
[Cmdlet(VerbsCommon.Get, "MuedPlugin")]
[OutputType(typeof(PluginInfo))]
public sealed class GetMuedPluginCommand : FleetCmdlet
{
    /// <summary>Only plugins that have all of these capabilities.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Capability { get; set; } = [];

    /// <summary>Only plugins that are enabled.</summary>
    [Parameter]
    public SwitchParameter Enabled { get; set; }

    /// <inheritdoc/>
    private protected override string CommandName => "plugins";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare() =>
        Each(
            new(async (settings, _, token) => ReportDocument.From(await PluginRegistry.ReadAsync(settings, token).ConfigureAwait(false)))
            {
                Activity = "ListPluginsActivity",
            }
        );

    /// <inheritdoc/>
    private protected override void Put(ReportDocument document, ConnectionSettings? settings)
    {
        foreach (var plugin in (IReadOnlyList<PluginInfo>)document.Content)
        {
            if (
                (plugin.Enabled || !Enabled) && Capability.All(name => plugin.Capabilities.Contains(name, StringComparer.OrdinalIgnoreCase))
            )
                WriteRecord(plugin, settings);
        }
    }
}
