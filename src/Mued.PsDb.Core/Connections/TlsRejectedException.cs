using System.Security.Authentication;

namespace Mued.PsDb.Connections;

/// <summary>Ends a TLS handshake and says why; <see cref="ConnectionFailure"/> turns it into an error for people.</summary>
internal sealed class TlsRejectedException(TlsRejection reason) : AuthenticationException(reason.ToString())
{
    /// <summary>The reason.</summary>
    public TlsRejection Reason { get; } = reason;
}
