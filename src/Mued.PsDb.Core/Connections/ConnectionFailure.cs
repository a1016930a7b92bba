using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Connections;

/// <summary>
/// Tells apart why a connection failed, and what of it passes by itself. It goes by SQLSTATE and exception type; texts are compared
/// only where nothing else tells: proxies that answer everything with one SQLSTATE, and a few errors of Npgsql's own.
/// </summary>
internal static class ConnectionFailure
{
    // Neon's proxy answers with XX000, PgBouncer with 08P01.
    private static readonly (string Text, string ErrorId)[] ProxyTexts =
    [
        ("could not be found", "NeonEndpointNotFound"),
        ("is disabled", "NeonEndpointDisabled"),
        ("endpoint id is not specified", "NeonEndpointNotSpecified"),
        ("password authentication failed", "PasswordRejected"),
        ("sasl authentication failed", "PasswordRejected"),
        ("no such user", "RoleNotFound"),
        ("role \"", "RoleNotFound"),
        ("no such database", "DatabaseNotFound"),
        ("does not exist", "DatabaseNotFound"),
        ("no more connections", ErrorIds.TooManyConnections),
        ("too many connections", ErrorIds.TooManyConnections),
        ("connection slots", ErrorIds.TooManyConnections),
        ("database system is", ErrorIds.ServerStartingUp),
        ("unsupported startup parameter: search_path", "TenantPathRefused"),
        ("server login has been failing", ErrorIds.ServerStartingUp),
        ("cannot connect to server", ErrorIds.ServerStartingUp),
        ("not allowed to connect", "AuthenticationRejected"),
        ("rate limit", ErrorIds.NeonEndpointWaking),
        ("running operations", ErrorIds.NeonEndpointWaking),
        ("exceeded", "NeonLimitExceeded"),
        ("couldn't connect to compute", ErrorIds.NeonEndpointWaking),
        ("could not connect to compute", ErrorIds.NeonEndpointWaking),
        ("control plane", ErrorIds.NeonEndpointWaking),
        ("console request", ErrorIds.NeonEndpointWaking),
        ("timed out", ErrorIds.NeonEndpointWaking),
    ];

    /// <summary>
    /// Whether the same work may succeed when it is done again: what <see cref="SqlStates"/> says of the server's answer, broken sockets, and
    /// errors of our own that say so. The one rule for connecting, migrating and undoing.
    /// </summary>
    public static bool IsTransient(Exception exception) =>
        exception switch
        {
            MuedException e => e.PassesByItself ?? (e.InnerException is PostgresException inner && IsTransient(inner)),
            PostgresException e => SqlStates.IsTransient(e.SqlState) || SqlStates.IsCatalogRace(e),
            NpgsqlException { InnerException: { } inner } => IsBroken(inner),
            _ => IsBroken(exception),
        };

    /// <summary>
    /// The error for people, which knows whether it passes by itself: a wrong host, port, password or database does not. It names the target,
    /// never a secret, and keeps the driver's exception as its inner one.
    /// </summary>
    /// <param name="exception">What the driver threw.</param>
    /// <param name="settings">The database.</param>
    /// <param name="reconnect">Whether this server was just connected to: then one that cannot be reached restarts.</param>
    public static MuedException From(Exception exception, ConnectionSettings settings, bool reconnect = false)
    {
        if (exception is MuedException mued)
            return mued;

        if (IsUnsuitable(exception, settings))
            return Error("NoSuitableHost", exception, settings);

        var cause = Cause(exception);
        var error = Told(exception, cause, settings);
        return error.With(
            passesByItself: error.ErrorId switch
            {
                ErrorIds.ServerStartingUp or ErrorIds.TooManyConnections or ErrorIds.ConnectionLost or ErrorIds.NeonEndpointWaking => true,
                ErrorIds.ConnectTimeout => settings.Endpoints.Any(endpoint => endpoint.IsNeon),
                ErrorIds.ConnectionRefused or ErrorIds.SocketMissing or ErrorIds.HostUnreachable => reconnect,
                ErrorIds.ServerRejected => cause is PostgresException { SqlState: not PostgresErrorCodes.ProtocolViolation } e
                    && IsTransient(e),
                _ => false,
            }
        );
    }

    /// <summary>
    /// Why a session ended, for people: in the words of whoever said it. Where only the socket broke, what the server may have said is lost,
    /// since what is written comes before what is read.
    /// </summary>
    public static string ReasonOf(Exception exception) =>
        exception switch
        {
            PostgresException e => e.MessageText,
            MuedException e => e.Message,
            _ when IsBroken(exception) => Texts.Get("SessionBroken", exception.GetBaseException().Message),
            _ => exception.Message,
        };

    private static MuedException Told(Exception exception, Exception cause, ConnectionSettings settings) =>
        cause switch
        {
            PostgresException e => FromServer(e, settings),
            TlsRejectedException e => Error(RejectionId(e.Reason), cause, settings, settings.Redactor.Redact(e.Message)),
            AuthenticationException => Error(
                "TlsHandshakeFailed",
                cause,
                settings,
                settings.Redactor.Redact((cause.InnerException ?? cause).Message)
            ),
            TimeoutException or OperationCanceledException or SocketException { SocketErrorCode: SocketError.TimedOut } => Error(
                ErrorIds.ConnectTimeout,
                cause,
                settings,
                Seconds(settings.ConnectTimeout)
            ),
            SocketException e => Error(SocketId(e, settings), cause, settings, settings.Redactor.Redact(e.Message)),
            CryptographicException => Error(ErrorIds.ClientCertificate, cause, settings),
            IOException when IsHandshake(exception) => Error(
                "TlsHandshakeFailed",
                cause,
                settings,
                settings.Redactor.Redact(cause.Message)
            ),
            IOException => Error(ErrorIds.ConnectionLost, cause, settings),
            NpgsqlException e => FromDriver(e, settings),
            _ => Error("ConnectionFailed", cause, settings, settings.Redactor.Redact(cause.Message)),
        };

    private static MuedException FromServer(PostgresException e, ConnectionSettings settings)
    {
        var id = SqlStates.FaultOf(e.SqlState) switch
        {
            ServerFault.PasswordRejected => "PasswordRejected",
            // The routine tells a role that is unknown or may not log in from a rejection by pg_hba.conf.
            ServerFault.AuthenticationRejected when e.Routine == "InitializeSessionUserId" => "RoleNotFound",
            ServerFault.AuthenticationRejected when settings.SslMode == "disable" && !settings.Endpoints[0].IsSocket => "TlsRequired",
            ServerFault.AuthenticationRejected => "AuthenticationRejected",
            ServerFault.DatabaseMissing => "DatabaseNotFound",
            ServerFault.PermissionDenied => "DatabaseForbidden",
            ServerFault.TooManyConnections => ErrorIds.TooManyConnections,
            ServerFault.ServerUnavailable => ErrorIds.ServerStartingUp,
            // A server names the routine that failed; a proxy does not.
            _ when e is { Routine: null, SqlState: PostgresErrorCodes.InternalError or PostgresErrorCodes.ProtocolViolation } => ProxyId(
                e.MessageText
            ),
            _ => ErrorIds.ServerRejected,
        };
        return Error(id, e, settings, settings.Redactor.Redact(e.MessageText), e.SqlState);
    }

    // The texts of Npgsql 10; each is provoked by a test, so that an update of the package cannot change them unseen.
    private static MuedException FromDriver(NpgsqlException e, ConnectionSettings settings) =>
        e.Message switch
        {
            var text when text.Contains("No SSL enabled connection", StringComparison.Ordinal) => Error(
                "TlsNotSupported",
                e,
                settings,
                settings.TlsDemand
            ),
            var text when text.Contains("No password has been provided", StringComparison.Ordinal) => Error("PasswordMissing", e, settings),
            var text
                when text.Contains("authentication method is not allowed", StringComparison.Ordinal)
                    || text.Contains("ChannelBinding", StringComparison.Ordinal)
                    || text.Contains("SCRAM", StringComparison.Ordinal)
                    || text.Contains("SASL", StringComparison.Ordinal) => Error(
                "AuthenticationMethod",
                e,
                settings,
                settings.Redactor.Redact(text)
            ),
            var text when text.Contains("No suitable host", StringComparison.Ordinal) => Error("NoSuitableHost", e, settings),
            var text => Error("ConnectionFailed", e, settings, settings.Redactor.Redact(text)),
        };

    private static string ProxyId(string text) =>
        Array.Find(ProxyTexts, known => text.Contains(known.Text, StringComparison.OrdinalIgnoreCase)).ErrorId ?? ErrorIds.ServerRejected;

    private static string RejectionId(TlsRejection reason) =>
        reason switch
        {
            TlsRejection.UnknownAuthority => "TlsUnknownAuthority",
            TlsRejection.Expired => "TlsCertificateExpired",
            TlsRejection.NameMismatch => "TlsNameMismatch",
            _ => "TlsHandshakeFailed",
        };

    private static string SocketId(SocketException e, ConnectionSettings settings) =>
        e.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "HostNotFound",
            _ when settings.Endpoints.All(endpoint => endpoint.IsSocket) && e.SocketErrorCode != SocketError.ConnectionRefused =>
                ErrorIds.SocketMissing,
            SocketError.ConnectionRefused => ErrorIds.ConnectionRefused,
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown =>
                ErrorIds.HostUnreachable,
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => ErrorIds.ConnectionLost,
            _ => "ConnectionFailed",
        };

    // Arguments of every text: 0 the target, 1 and 2 as each text needs.
    private static MuedException Error(
        string errorId,
        Exception cause,
        ConnectionSettings settings,
        string? detail = null,
        string? sqlState = null
    ) =>
        Texts.Error(
            errorId,
            errorId == ErrorIds.ClientCertificate ? ExitCode.Usage : ExitCode.NoConnection,
            new ErrorPlace(SqlState: sqlState, TargetName: settings.Target),
            cause,
            settings.Target,
            detail,
            sqlState
        );

    // Npgsql tells what failed and says nothing of the hosts that answered and were in another state.
    private static bool IsUnsuitable(Exception exception, ConnectionSettings settings) =>
        exception is NpgsqlException { InnerException: { } inner }
        && exception.Message.Contains("suitable host", StringComparison.Ordinal)
        && settings.TargetSession is not null
        && (inner is AggregateException several ? several.InnerExceptions.Count : 1) < settings.Endpoints.Count;

    // The innermost exception that tells the reason. Of several hosts, the one that got furthest.
    private static Exception Cause(Exception exception) =>
        exception switch
        {
            PostgresException or TlsRejectedException => exception,
            AggregateException several => several.InnerExceptions.Select(Cause).MaxBy(Progress)!,
            NpgsqlException { InnerException: { } inner } => Cause(inner),
            IOException { InnerException: SocketException inner } => inner,
            _ => exception,
        };

    private static int Progress(Exception cause) =>
        cause switch
        {
            PostgresException => 3,
            AuthenticationException => 2,
            NpgsqlException => 1,
            _ => 0,
        };

    private static bool IsHandshake(Exception exception) =>
        exception is NpgsqlException && exception.Message.Contains("SSL handshake", StringComparison.Ordinal);

    private static bool IsBroken(Exception exception) =>
        exception switch
        {
            SocketException e => e.SocketErrorCode is not (SocketError.HostNotFound or SocketError.NoData),
            IOException or TimeoutException => true,
            NpgsqlException { InnerException: { } inner } => IsBroken(inner),
            _ => false,
        };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.# s", CultureInfo.InvariantCulture);
}
