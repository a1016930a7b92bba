namespace Mued.PsDb.Tests;

/// <summary>The way a message goes.</summary>
public enum ProxyDirection
{
    /// <summary>From the client to the server.</summary>
    ToServer,

    /// <summary>From the server to the client.</summary>
    ToClient,
}
