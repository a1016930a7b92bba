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
    private protected override string CommandName => "test-plugins";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var defaults = new PluginTestOptions();
        var options = new PluginTestOptions
        {
            Timeout = Timeout ?? defaults.Timeout,
            DegradedAfter = DegradedAfter ?? defaults.DegradedAfter,
            MaxAge = MaxAge,
            AllowLocal = AllowLocal,
            SendKey = SendKey,
        };
        var writes = new HashSet<ConnectionSettings>(ReferenceEqualityComparer.Instance);
        return Each(
            new(
                async (settings, _, token) =>
                    ReportDocument.From(
                        await PluginTest
                            .RunAsync(settings, options with { Update = writes.Contains(settings) }, token)
                            .ConfigureAwait(false)
                    )
            )
            {
                Activity = "PluginActivity",
                MayRun = settings =>
                {
                    if (Update && ShouldProcess(settings.Target, Texts.Get("UpdatePlugins")))
                        writes.Add(settings);
                    return true;
                },
            }
        );
    }
}
