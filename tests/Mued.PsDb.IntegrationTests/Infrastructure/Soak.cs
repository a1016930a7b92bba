namespace Mued.PsDb.Tests;

/// <summary>How long the fault tests go on: a sample of the faults by default, far more with MUED_SOAK=1.</summary>
internal static class Soak
{
    /// <summary>Whether the long versions run.</summary>
    public static bool Enabled { get; } = Environment.GetEnvironmentVariable("MUED_SOAK") == "1";

    /// <summary>The first or the second number.</summary>
    public static int Count(int sample, int soak) => Enabled ? soak : sample;
}
