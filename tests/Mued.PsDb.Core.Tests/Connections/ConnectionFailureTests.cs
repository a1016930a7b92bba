using System.Net.Sockets;
using Mued.PsDb.Connections;
using Npgsql;
using static Mued.PsDb.Tests.Resolving;

namespace Mued.PsDb.Tests;

public sealed class ConnectionFailureTests
{
    private static readonly ConnectionSettings Neon = Resolve("postgresql://u:canary%20pass@ep-x-1.eu-central-1.aws.neon.tech/db");

    // What Neon's proxy answers, always with XX000 and without naming a routine.
    [Theory]
    [InlineData(
        "The requested endpoint could not be found, or you don't have access to it. Please check the provided ID and try again.",
        "NeonEndpointNotFound",
        false
    )]
    [InlineData("The endpoint is disabled. Enable it using Neon API and retry.", "NeonEndpointDisabled", false)]
    [InlineData(
        "Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.",
        "NeonLimitExceeded",
        false
    )]
    [InlineData("Your project has exceeded the data transfer quota. Upgrade your plan to increase limits.", "NeonLimitExceeded", false)]
    [InlineData(
        "You have exceeded the limit of concurrently active endpoints. Please suspend some endpoints and try again.",
        "NeonLimitExceeded",
        false
    )]
    [InlineData(
        "Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI support",
        "NeonEndpointNotSpecified",
        false
    )]
    [InlineData("This IP address 203.0.113.7 is not allowed to connect to this endpoint.", "AuthenticationRejected", false)]
    [InlineData("password authentication failed for user 'u'", "PasswordRejected", false)]
    [InlineData("database \"db\" does not exist", "DatabaseNotFound", false)]
    [InlineData("Couldn't connect to compute node", "NeonEndpointWaking", true)]
    [InlineData("Control plane request failed", "NeonEndpointWaking", true)]
    [InlineData("Console request timed out", "NeonEndpointWaking", true)]
    [InlineData(
        "Your project already has running operations. Please wait until they complete, and then try again.",
        "NeonEndpointWaking",
        true
    )]
    [InlineData("You've exceeded the rate limit. Please wait a moment and try again.", "NeonEndpointWaking", true)]
    [InlineData("something new", "ServerRejected", false)]
    public void What_neon_answers_is_told_apart_and_only_a_waking_endpoint_is_tried_again(string text, string errorId, bool again)
    {
        var exception = new PostgresException(text, "ERROR", "ERROR", "XX000");
        var error = ConnectionFailure.From(exception, Neon);
        Assert.Equal((errorId, "XX000", ExitCode.NoConnection), (error.ErrorId, error.SqlState, error.ExitCode));
        Assert.NotEmpty(error.Advice);
        Assert.Equal(again, ConnectionFailure.IsTransient(ConnectionFailure.From(exception, Neon)));
    }

    // What PgBouncer answers with 08P01: its own texts and those of the server behind it.
    [Theory]
    [InlineData("database \"db\" does not exist", "DatabaseNotFound", false)]
    [InlineData("role \"u\" does not exist", "RoleNotFound", false)]
    [InlineData("no more connections allowed (max_client_conn)", "TooManyConnections", true)]
    [InlineData("server login has been failing, try again later (server_login_retry)", "ServerStartingUp", true)]
    [InlineData("pgbouncer cannot connect to server", "ServerStartingUp", true)]
    [InlineData("the database system is starting up", "ServerStartingUp", true)]
    public void What_a_pooler_answers_is_told_apart(string text, string errorId, bool again)
    {
        var exception = new PostgresException(text, "FATAL", "FATAL", "08P01");
        Assert.Equal(errorId, ConnectionFailure.From(exception, Neon).ErrorId);
        Assert.Equal(again, ConnectionFailure.IsTransient(ConnectionFailure.From(exception, Neon)));
    }

    [Theory]
    [InlineData("28P01", "PasswordRejected", false)]
    [InlineData("28000", "AuthenticationRejected", false)]
    [InlineData("3D000", "DatabaseNotFound", false)]
    [InlineData("42501", "DatabaseForbidden", false)]
    [InlineData("53300", "TooManyConnections", true)]
    [InlineData("57P01", "ServerStartingUp", true)]
    [InlineData("57P03", "ServerStartingUp", true)]
    [InlineData("08006", "ServerRejected", true)]
    [InlineData("08P01", "ServerRejected", false)]
    [InlineData("22023", "ServerRejected", false)]
    public void What_a_server_answers_is_told_apart_by_its_sqlstate(string sqlState, string errorId, bool again)
    {
        var exception = new PostgresException("Text in any language.", "FATAL", "FATAL", sqlState);
        Assert.Equal(errorId, ConnectionFailure.From(exception, Neon).ErrorId);
        Assert.Equal(again, ConnectionFailure.IsTransient(ConnectionFailure.From(exception, Neon)));
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "HostNotFound", false, false)]
    [InlineData(SocketError.TryAgain, "HostNotFound", false, false)]
    [InlineData(SocketError.ConnectionRefused, "ConnectionRefused", false, true)]
    [InlineData(SocketError.TimedOut, "ConnectTimeout", true, true)]
    [InlineData(SocketError.HostUnreachable, "HostUnreachable", false, true)]
    [InlineData(SocketError.NetworkUnreachable, "HostUnreachable", false, true)]
    [InlineData(SocketError.ConnectionReset, "ConnectionLost", true, true)]
    [InlineData(SocketError.AccessDenied, "ConnectionFailed", false, false)]
    public void What_the_network_answers_is_told_apart(SocketError code, string errorId, bool again, bool againOnceConnected)
    {
        var exception = new NpgsqlException("x", new SocketException((int)code));
        var errors = new[] { false, true }.Select(reconnect => ConnectionFailure.From(exception, Neon, reconnect)).ToList();
        Assert.Equal([errorId, errorId], errors.Select(error => error.ErrorId));
        Assert.Equal([again, againOnceConnected], errors.Select(ConnectionFailure.IsTransient));
    }

    [Fact]
    public void A_timeout_is_tried_again_only_where_the_endpoint_may_be_waking()
    {
        var exception = new NpgsqlException("x", new TimeoutException());
        Assert.True(ConnectionFailure.IsTransient(ConnectionFailure.From(exception, Neon)));
        Assert.False(ConnectionFailure.IsTransient(ConnectionFailure.From(exception, Resolve("postgresql://u@db.example.com/db"))));
    }

    [Fact]
    public void A_password_in_a_foreign_message_is_masked()
    {
        var error = ConnectionFailure.From(new PostgresException("refused canary pass, canary%20pass", "FATAL", "FATAL", "22023"), Neon);
        Assert.Contains("refused ***, ***", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("08000", true)]
    [InlineData("08P01", true)]
    [InlineData("40001", true)]
    [InlineData("40P01", true)]
    [InlineData("53300", true)]
    [InlineData("55P03", true)]
    [InlineData("57P01", true)]
    [InlineData("57P02", true)]
    [InlineData("57P03", true)]
    [InlineData("57P05", true)]
    [InlineData("25P03", true)]
    [InlineData("25P04", false)]
    [InlineData("57014", false)]
    [InlineData("53100", false)]
    [InlineData("42P07", false)]
    [InlineData("23505", false)]
    [InlineData("XX000", false)]
    public void The_one_rule_for_transient_failures_holds(string sqlState, bool transient) =>
        Assert.Equal(transient, ConnectionFailure.IsTransient(new PostgresException("x", "ERROR", "ERROR", sqlState)));

    [Fact]
    public void A_broken_socket_is_transient_and_a_wrong_name_is_not()
    {
        Assert.True(
            ConnectionFailure.IsTransient(
                new NpgsqlException("x", new IOException("x", new SocketException((int)SocketError.ConnectionReset)))
            )
        );
        Assert.True(ConnectionFailure.IsTransient(new EndOfStreamException()));
        Assert.False(ConnectionFailure.IsTransient(new NpgsqlException("x", new SocketException((int)SocketError.HostNotFound))));
        Assert.False(ConnectionFailure.IsTransient(new NpgsqlException("x")));
        Assert.False(ConnectionFailure.IsTransient(new OperationCanceledException()));
    }
}
