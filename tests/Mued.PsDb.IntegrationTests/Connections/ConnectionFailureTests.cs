using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mued.PsDb.Connections;
using Npgsql;
using static Mued.PsDb.Tests.Connecting;

namespace Mued.PsDb.Tests;

public sealed class ConnectionFailureTests
{
    private const string Canary = "c;a'n%a@r y=ü\"日";

    [Fact]
    public async Task An_unknown_host_is_told()
    {
        var error = await FailAsync($"postgresql://u:{Uri.EscapeDataString(Canary)}@no-such-host.invalid/db", Canary);
        Assert.Equal("HostNotFound", error.ErrorId);
        Assert.Contains("u@no-such-host.invalid:5432/db", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("test-connection")]
    [InlineData("export-schema")]
    [InlineData("test-health")]
    public async Task A_connection_that_breaks_while_it_is_read_from_is_no_fault_of_ours(string command)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "SELECT 1;"));
        var told = new List<string>();

        // The first four open the connection, the next ask.
        foreach (var message in Enumerable.Range(4, 4))
        {
            var cut = new ProxyCut(ProxyDirection.ToServer, message, CutKind.Reset, Forward: false);
            await using var proxy = FaultProxy.Start(database.Url, new() { Cut = cut });
            var settings = TestConnection.SettingsFor(proxy.Url);
            Func<Task> work = command switch
            {
                "status" => () => MigrationRunner.GetStatusAsync(settings, set.Options),
                "test-connection" => () => ConnectionTest.RunAsync(settings),
                "export-schema" => () => SchemaExport.RunAsync(settings, new()),
                _ => () => HealthTest.RunAsync(settings, new()),
            };
            if (await Record.ExceptionAsync(work) is { } error)
                told.Add(Assert.IsType<MuedException>(error).ErrorId);
        }

        Assert.All(told, id => Assert.Equal("ConnectionLost", id));
    }

    [Fact]
    public async Task A_history_whose_reading_is_ended_by_a_limit_is_not_called_forbidden()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "SELECT 1;"));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        await using var other = await database.OpenAsync();
        await using var holding = await other.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand("LOCK TABLE mued_schema_history", other, holding))
            await take.ExecuteNonQueryAsync();

        // To the server the end of a statement's time and pg_cancel_backend are one SQLSTATE.
        var status = MigrationRunner.GetStatusAsync(database.Settings, set.Options);
        await Eventually.TrueAsync(async () =>
            status.IsCompleted
            || await database.ScalarAsync<bool>(
                "SELECT coalesce(bool_or(pg_cancel_backend(pid)), false) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        );
        var error = await Assert.ThrowsAsync<MuedException>(() => status);
        Assert.Equal(("HistoryUnreadable", "57014"), (error.ErrorId, error.SqlState));
        Assert.DoesNotContain("SELECT", error.Advice, StringComparison.Ordinal);
        Assert.Contains("statement_timeout", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_told_at_once()
    {
        // For more than a test's time, were it tried again.
        var error = await FailAsync(
            Settings($"postgresql://u:{Uri.EscapeDataString(Canary)}@127.0.0.1:{ClosedPort()}/db", retrySeconds: 3600),
            Canary
        );
        Assert.Equal("ConnectionRefused", error.ErrorId);
    }

    [Fact]
    public async Task A_server_that_restarts_is_waited_for_when_it_was_connected_to_before()
    {
        var settings = Settings($"postgresql://u@127.0.0.1:{ClosedPort()}/db", retrySeconds: 1);
        var started = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<MuedException>(() =>
            settings.OpenAsync(reconnect: true, retrying: null, CancellationToken.None)
        );
        Assert.Equal("ConnectionRefused", error.ErrorId);
        Assert.True(Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public async Task A_server_that_never_answers_times_out()
    {
        using var listener = Listen();
        var error = await FailAsync(
            $"postgresql://u:{Uri.EscapeDataString(Canary)}@127.0.0.1:{PortOf(listener)}/db?connect_timeout=1",
            Canary
        );
        Assert.Equal("ConnectTimeout", error.ErrorId);
        Assert.Contains("1 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_connect_ends_although_nobody_answers()
    {
        using var listener = Listen();
        using var cancellation = new CancellationTokenSource();
        var opening = Settings($"postgresql://u@127.0.0.1:{PortOf(listener)}/db?connect_timeout=0").OpenAsync(cancellation.Token);
        using var silent = await listener.AcceptTcpClientAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task A_peer_that_hangs_up_is_tried_again_and_told()
    {
        using var listener = Listen();
        var accepted = 0;
        var hangUp = Task.Run(async () =>
        {
            while (true)
            {
                (await listener.AcceptTcpClientAsync()).Dispose();
                accepted++;
            }
        });
        var error = await FailAsync(Settings($"postgresql://u@127.0.0.1:{PortOf(listener)}/db?sslmode=disable", retrySeconds: 1));
        Assert.Equal("ConnectionLost", error.ErrorId);
        Assert.True(accepted > 1);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => hangUp);
    }

    [Fact]
    public async Task A_missing_socket_is_told() =>
        Assert.Equal("SocketMissing", (await FailAsync("postgresql://u@/db?host=/no/such/folder")).ErrorId);

    [Fact]
    public async Task A_wrong_password_is_told_and_not_tried_again()
    {
        var server = await TestServer.DefaultAsync();
        await using var proxy = FaultProxy.Start(server.Url);
        var error = await FailAsync(Settings(proxy.Url.With(password: Canary), retrySeconds: 30), Canary);
        Assert.Equal(("PasswordRejected", "28P01"), (error.ErrorId, error.SqlState));
        Assert.Equal(1, proxy.Connections);
    }

    [Fact]
    public async Task A_missing_password_is_told()
    {
        var server = await TestServer.DefaultAsync();
        var uri = new UriBuilder(server.Url) { Password = "" }
            .Uri
            .AbsoluteUri;
        Assert.Equal("PasswordMissing", (await FailAsync(uri)).ErrorId);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_told()
    {
        var server = await TestServer.DefaultAsync();
        var error = await FailAsync(Settings(server.UrlOf("no such database"), retrySeconds: 30));
        Assert.Equal(("DatabaseNotFound", "3D000"), (error.ErrorId, error.SqlState));
        Assert.Contains("/no such database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_log_in_or_connect_is_told()
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = database.Name + "_role";
        await database.ExecuteAsync($"CREATE ROLE {role} NOLOGIN PASSWORD 'x1y2z3'");
        try
        {
            Assert.Equal("RoleNotFound", (await FailAsync(database.Url.With(user: role, password: "x1y2z3"))).ErrorId);
            await database.ExecuteAsync($"ALTER ROLE {role} LOGIN; REVOKE CONNECT ON DATABASE {database.Name} FROM PUBLIC");
            Assert.Equal("DatabaseForbidden", (await FailAsync(database.Url.With(user: role, password: "x1y2z3"))).ErrorId);
        }
        finally
        {
            await database.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Too_many_connections_are_waited_for_and_told()
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = database.Name + "_role";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN CONNECTION LIMIT 1 PASSWORD 'x1y2z3'");
        try
        {
            var url = database.Url.With(user: role, password: "x1y2z3");
            var held = await Settings(url).OpenAsync(CancellationToken.None);
            var error = await FailAsync(url);
            Assert.Equal(("TooManyConnections", "53300"), (error.ErrorId, error.SqlState));

            await using var proxy = FaultProxy.Start(url);
            var waiting = Settings(proxy.Url, retrySeconds: 60).OpenAsync(CancellationToken.None);
            await Eventually.TrueAsync(() => proxy.Connections > 2);
            Assert.False(waiting.IsCompleted);
            await held.DisposeAsync();
            await (await waiting).DisposeAsync();
        }
        finally
        {
            await Eventually.TrueAsync(() =>
                database.ScalarAsync<bool>($"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = '{role}')")
            );
            await database.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_server_that_shuts_down_is_told_and_one_that_recovers_is_waited_for()
    {
        await using var sandbox = await SandboxServer.StartAsync(new());

        // A crashed backend makes the server recover: for a moment it accepts no connections.
        await using (var victim = await TestConnection.OpenAsync(sandbox.Url))
            await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() =>
                TestConnection.ExecuteAsync(
                    sandbox.Url,
                    $"COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; kill -9 {victim.ProcessID}; sleep 5'"
                )
            );
        await (await Settings(sandbox.Url, retrySeconds: 20).OpenAsync(CancellationToken.None)).DisposeAsync();

        // A smart shutdown waits for this session and refuses others meanwhile.
        await using var held = await TestConnection.OpenAsync(sandbox.Url);
        await using var stop = new Npgsql.NpgsqlCommand(
            "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; kill -TERM $(head -n 1 postmaster.pid)'",
            held
        );
        await stop.ExecuteNonQueryAsync();
        MuedException? error = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await (await Settings(sandbox.Url).OpenAsync(CancellationToken.None)).DisposeAsync();
            }
            catch (MuedException e)
            {
                error = e;
            }

            return error is not null;
        });
        Assert.Equal(("ServerStartingUp", "57P03"), (error!.ErrorId, error.SqlState));
    }

    [Fact]
    public async Task A_server_without_tls_is_told_when_tls_is_demanded()
    {
        var server = await TestServer.DefaultAsync();
        var error = await FailAsync(server.Url.With(password: null, query: "sslmode=require"));
        Assert.Equal("TlsNotSupported", error.ErrorId);
    }

    [Fact]
    public async Task Channel_binding_that_cannot_be_had_is_told()
    {
        var server = await TestServer.DefaultAsync();
        var error = await FailAsync(server.Url.With(query: "channel_binding=require"));
        Assert.Equal("TlsNotSupported", error.ErrorId);
        Assert.Contains("channel_binding=require demands it", error.Message, StringComparison.Ordinal);
        Assert.Equal("AuthenticationMethod", (await FailAsync(server.Url.With(query: "require_auth=md5"))).ErrorId);
    }

    [Fact]
    public async Task Of_several_hosts_the_first_that_answers_is_taken()
    {
        var server = await TestServer.DefaultAsync();
        var uri = new Uri(server.Url);
        var settings = Settings(
            $"postgresql://{uri.UserInfo}@127.0.0.1:{ClosedPort()},{uri.Host}:{uri.Port}/postgres?target_session_attrs=read-write"
        );
        await using var connection = await settings.OpenAsync(CancellationToken.None);
        Assert.Equal(System.Data.ConnectionState.Open, connection.State);
    }

    [Theory]
    [InlineData("{0},{1}/no_such_database", "DatabaseNotFound")]
    [InlineData("{0},{1}/postgres?target_session_attrs=standby", "NoSuitableHost")]
    [InlineData("{1},{0}/postgres?target_session_attrs=standby", "NoSuitableHost")]
    [InlineData("{1},{1}/postgres?target_session_attrs=standby", "NoSuitableHost")]
    [InlineData("{0},{0}/postgres?target_session_attrs=standby", "ConnectionRefused")]
    public async Task Of_several_hosts_the_failure_that_tells_most_is_reported(string hosts, string errorId)
    {
        var server = await TestServer.DefaultAsync();
        var uri = new Uri(server.Url);
        var (dead, alive) = ($"127.0.0.1:{ClosedPort()}", $"{uri.Host}:{uri.Port}");
        var url = $"postgresql://{uri.UserInfo}@" + string.Format(CultureInfo.InvariantCulture, hosts, dead, alive);
        Assert.Equal(errorId, (await FailAsync(url)).ErrorId);
    }

    [Fact]
    public async Task A_server_in_the_wrong_state_is_told()
    {
        var server = await TestServer.DefaultAsync();
        Assert.Equal("TargetSession", (await FailAsync(server.Url.With(query: "target_session_attrs=standby"))).ErrorId);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static int ClosedPort()
    {
        using var listener = Listen();
        return PortOf(listener);
    }
}
