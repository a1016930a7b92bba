namespace Mued.PsDb.Tests;

/// <summary>Where and how the proxy cuts, once in its life.</summary>
/// <param name="Direction">The direction whose messages are counted.</param>
/// <param name="Message">The number of the message, from 1, over all connections of the proxy, the start-up messages included.</param>
/// <param name="Kind">How the connection ends.</param>
/// <param name="Forward">
/// Whether that message still arrives. It then cannot be lost by the RST behind it: its receiver gets a FIN, only its sender the RST.
/// </param>
public sealed record ProxyCut(ProxyDirection Direction, int Message, CutKind Kind, bool Forward);
