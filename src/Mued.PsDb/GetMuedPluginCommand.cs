using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Lists the plugins that a database knows.</summary>
[Cmdlet(VerbsCommon.Get, "MuedPlugin")]
[OutputType(typeof(PluginInfo))]
public sealed class GetMuedPluginCommand : MuedCmdlet
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
    private protected override void Process(ConnectionSettings settings)
    {
        var plugins = Await(token => PluginRegistry.ReadAsync(settings, token));
        foreach (var plugin in plugins)
        {
            if (
                (plugin.Enabled || !Enabled) && Capability.All(name => plugin.Capabilities.Contains(name, StringComparer.OrdinalIgnoreCase))
            )
                WriteRecord(plugin, settings);
        }
    }
}
