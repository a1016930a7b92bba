using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>Where a run is, on one line: how much of it, for how long, and last what is at work, which is what a narrow screen cuts off.</summary>
internal static class ProgressLine
{
    /// <summary>The line.</summary>
    /// <param name="value">What was told last.</param>
    /// <param name="elapsed">How long the run has lasted.</param>
    public static string Of(RunProgress value, TimeSpan elapsed)
    {
        var time = elapsed.ToString(elapsed.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);
        var message = UntrustedText.OneLine(value.Message);
        return value is { Done: { } done, Total: { } total }
            ? Texts.Get("ProgressOfTotal", Figures.Number(done), Figures.Number(total), time, message)
            : Texts.Get("Progress", time, message);
    }
}
