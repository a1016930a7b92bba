using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-plugins</c></summary>
internal sealed class TestPluginsCommand() : FleetCommand("test-plugins", Wait, DegradedAfter, MaxAge, AllowLocal, SendKey, Update)
{
    private static readonly Option<TimeSpan?> Wait = CliOption.Time("--timeout");
    private static readonly Option<TimeSpan?> DegradedAfter = CliOption.Time("--degraded-after");
    private static readonly Option<TimeSpan?> MaxAge = CliOption.Time("--max-age");
    private static readonly Option<bool> AllowLocal = CliOption.Flag("--allow-local");
    private static readonly Option<bool> SendKey = CliOption.Flag("--send-key");
    private static readonly Option<bool> Update = CliOption.Flag("--update");

    protected override TargetWork Prepare(CommandContext context)
    {
        var (parsed, defaults) = (context.Parsed, new PluginTestOptions());
        var options = new PluginTestOptions
        {
            Timeout = parsed.GetValue(Wait) ?? defaults.Timeout,
            DegradedAfter = parsed.GetValue(DegradedAfter) ?? defaults.DegradedAfter,
            MaxAge = parsed.GetValue(MaxAge),
            AllowLocal = parsed.GetValue(AllowLocal),
            SendKey = parsed.GetValue(SendKey),
            Update = parsed.GetValue(Update),
        };
        return new(async (settings, _, token) => ReportDocument.From(await PluginTest.RunAsync(settings, options, token)));
    }
}
