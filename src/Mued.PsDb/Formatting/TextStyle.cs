using System.Management.Automation;
using System.Reflection;

namespace Mued.PsDb.Commands;

/// <summary>The colours of the session's <c>$PSStyle</c>, or none.</summary>
/// <remarks><c>PSStyle</c> is newer than the reference library; hence by reflection, on its public members.</remarks>
internal static class TextStyle
{
    private static readonly PropertyInfo? Instance = typeof(PSObject)
        .Assembly.GetType("System.Management.Automation.PSStyle")
        ?.GetProperty("Instance");

    /// <summary>The text in a style of <c>$PSStyle</c>, or as it is where colours are not wanted.</summary>
    /// <param name="text">What to paint.</param>
    /// <param name="outcome">What the text tells.</param>
    public static string Paint(string text, StepOutcome outcome)
    {
        if (Instance?.GetValue(null) is not { } style || IsPlain(style))
            return text;
        var path = outcome switch
        {
            StepOutcome.Failed => "Formatting.Error",
            StepOutcome.Done => "Foreground.Green",
            StepOutcome.Skipped => "Foreground.BrightBlack",
            _ => "Formatting.Warning",
        };
        var start = path.Split('.').Aggregate<string, object?>(style, Member);
        return $"{start}{text}{Member(style, "Reset")}";
    }

    // NO_COLOR: https://no-color.org. PowerShell itself does not see that its standard output is redirected.
    private static bool IsPlain(object style) =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        || Environment.GetEnvironmentVariable("TF_BUILD") is not null
        || string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.OrdinalIgnoreCase)
        || Console.IsOutputRedirected
        || Member(style, "OutputRendering")?.ToString() == "PlainText";

    private static object? Member(object? owner, string name) => owner?.GetType().GetProperty(name)?.GetValue(owner);
}
