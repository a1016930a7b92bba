using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Tests the plugins of a database: their rows, and the health of their endpoints.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedPlugin", SupportsShouldProcess = true)]
[OutputType(typeof(PluginReport))]
public sealed class TestMuedPluginCommand : ReportingCmdlet
{
    /// <summary>The longest wait for an answer. A number is seconds.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? Timeout { get; set; }

    /// <summary>An answer that takes longer is slow. A number is seconds.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? DegradedAfter { get; set; }

    /// <summary>How old the last written health may be. A number is seconds.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Takes endpoints of plain http and on this machine.</summary>
    [Parameter]
    public SwitchParameter AllowLocal { get; set; }

    /// <summary>Sends the key of a plugin, as a bearer token.</summary>
    [Parameter]
    public SwitchParameter SendKey { get; set; }

    /// <summary>Writes the health to plugin_registry.</summary>
    [Parameter]
    public SwitchParameter Update { get; set; }

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        var defaults = new PluginTestOptions();
        var options = new PluginTestOptions
        {
            Timeout = Timeout ?? defaults.Timeout,
            DegradedAfter = DegradedAfter ?? defaults.DegradedAfter,
            MaxAge = MaxAge,
            AllowLocal = AllowLocal,
            SendKey = SendKey,
            Update = Update && ShouldProcess(settings.Target, Texts.Get("UpdatePlugins")),
        };
        var report = Await(token => PluginTest.RunAsync(settings, options, token));
        Publish(report, ReportDocument.From(report), settings);
    }
}
