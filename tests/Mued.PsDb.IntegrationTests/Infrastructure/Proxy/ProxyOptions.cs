namespace Mued.PsDb.Tests;

/// <summary>What a <see cref="FaultProxy"/> does to the traffic.</summary>
public sealed record ProxyOptions
{
    /// <summary>
    /// The latency of each direction. A message is released this long after it came, however many came before it, so throughput
    /// does not suffer. A connection's first message waits one round trip more: the TCP handshake that the proxy answered at once.
    /// </summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A text to look for in what goes to the server; null looks for none.</summary>
    public string? LookFor { get; init; }

    /// <summary>The cut, if any.</summary>
    public ProxyCut? Cut { get; init; }
}
