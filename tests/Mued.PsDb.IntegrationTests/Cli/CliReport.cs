using System.Text.Json;

namespace Mued.PsDb.Tests.Cli;

/// <summary>Reads what <c>mued-psdb --output json</c> printed.</summary>
internal static class CliReport
{
    /// <summary>The one JSON document on standard output; anything before or after it is a failure.</summary>
    public static JsonElement Of(CliResult result) => JsonDocument.Parse(result.Output).RootElement;

    /// <summary>The error of the document, after checking that it and the process agree on the exit code.</summary>
    public static JsonElement ErrorOf(CliResult result)
    {
        var report = Of(result);
        var error = report.GetProperty("error");
        Assert.Equal("Failed", report.TryGetProperty("status", out var status) ? status.GetString() : "Failed");
        Assert.Equal(result.ExitCode, error.GetProperty("exitCode").GetInt32());
        Assert.NotEqual("", error.GetProperty("advice").GetString());
        Assert.Contains(error.GetProperty("message").GetString()!.Split('\n')[0], result.Error, StringComparison.Ordinal);
        return error;
    }
}
