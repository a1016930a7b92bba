namespace Mued.PsDb.Connections;

/// <summary>Why the server's certificate was not accepted.</summary>
internal enum TlsRejection
{
    /// <summary>The server sent none.</summary>
    Handshake,

    /// <summary>No trusted authority issued it.</summary>
    UnknownAuthority,

    /// <summary>It, or a certificate above it, is not valid now.</summary>
    Expired,

    /// <summary>It was issued for another name.</summary>
    NameMismatch,
}
