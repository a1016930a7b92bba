namespace Mued.PsDb;

/// <summary>What a Neon compute tells of itself. When it suspends itself it does not tell; nor its size, which its connections hint at.</summary>
/// <param name="Endpoint">The id of the endpoint; null where the server does not say.</param>
/// <param name="Pooled">Whether the connection went through Neon's pooler.</param>
/// <param name="RunningSince">Since when the compute runs: it suspends itself when it is idle, and starts again at the next connection.</param>
/// <param name="MaxConnections">The most connections, which Neon derives from the size of the compute.</param>
public sealed record NeonCompute(string? Endpoint, bool Pooled, DateTimeOffset RunningSince, int MaxConnections)
{
    /// <inheritdoc/>
    public override string ToString() => Endpoint ?? "";
}
