using System.CommandLine.Parsing;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Cli;

/// <summary>A time as a person types it.</summary>
internal static class Duration
{
    public static TimeSpan? Parse(ArgumentResult result)
    {
        if (DurationText.Parse(result.Tokens[0].Value) is { } time)
            return time;
        result.AddError("TIME");
        return null;
    }
}
