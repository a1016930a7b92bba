using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-plugins</c></summary>
internal sealed class TestPluginsCommand()
    : CliCommand("test-plugins", SharedOptions.Url, SharedOptions.EnvFile, Wait, DegradedAfter, MaxAge, AllowLocal, SendKey, Update)
{
    private static readonly Option<TimeSpan?> Wait = CliOption.Time("--timeout");
    private static readonly Option<TimeSpan?> DegradedAfter = CliOption.Time("--degraded-after");
    private static readonly Option<TimeSpan?> MaxAge = CliOption.Time("--max-age");
    private static readonly Option<bool> AllowLocal = CliOption.Flag("--allow-local");
    private static readonly Option<bool> SendKey = CliOption.Flag("--send-key");
    private static readonly Option<bool> Update = CliOption.Flag("--update");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
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
        return ReportDocument.From(await PluginTest.RunAsync(context.Connect(), options, cancellationToken));
    }
}
