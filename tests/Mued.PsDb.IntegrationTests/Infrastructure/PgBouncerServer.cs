using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>
/// A real PgBouncer in transaction mode before a test server, on a free loopback port. It refuses root as PostgreSQL does.
/// </summary>
public sealed class PgBouncerServer : IAsyncDisposable
{
    // Ends PgBouncer and its folder when standard input ends: on disposal, and also when this process is killed.
    private const string Script = """
        trap '' HUP INT TERM
        "$1" -q "$2/pgbouncer.ini" & pid=$!
        read -r _
        kill "$pid"
        wait "$pid"
        rm -rf "$2"
        """;

    private readonly Process process;
    private readonly Uri server;
    private readonly int port;

    private PgBouncerServer(Process process, Uri server, int port)
    {
        this.process = process;
        this.server = server;
        this.port = port;
    }

    /// <summary>Starts PgBouncer before a server.</summary>
    /// <param name="server">The server behind it; null is the default one.</param>
    /// <param name="poolSize">How many server connections the clients of one database share.</param>
    /// <param name="settings">More lines of its configuration.</param>
    public static async Task<PgBouncerServer> StartAsync(TestServer? server = null, int poolSize = 20, string settings = "")
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("PgBouncer tests run on Unix.");
        var target = new Uri((server ?? await TestServer.DefaultAsync()).Url);
        var program = Prerequisite.FindProgram("pgbouncer") ?? throw new InvalidOperationException("pgbouncer is not installed.");
        var account = ServerAccount.Current;
        var folder = Path.Combine(account.TemporaryFolder, "mued-pgbouncer-" + Path.GetRandomFileName());
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var port = SandboxServer.FreePort();
        var user = target.UserInfo.Split(':').Select(Uri.UnescapeDataString).ToList();
        await File.WriteAllTextAsync(
            Path.Combine(folder, "users.txt"),
            $"\"{user[0]}\" \"{user[1].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "pgbouncer.ini"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                [databases]
                * = host={target.Host} port={(target.Port > 0 ? target.Port : 5432)}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                logfile = {folder}/log
                auth_type = scram-sha-256
                auth_file = {folder}/users.txt
                pool_mode = transaction
                max_client_conn = 500
                default_pool_size = {poolSize}
                {settings}
                """
            )
        );
        await account.TakeOverAsync(folder, CancellationToken.None);

        var process = new Process { StartInfo = ChildProcess.StartInfo(account.Wrap("/bin/sh", "-c", Script, "sh", program, folder), "/") };
        process.Start();
        var bouncer = new PgBouncerServer(process, target, port);
        await Eventually.TrueAsync(() => bouncer.ListensAsync(Path.Combine(folder, "log")));
        return bouncer;
    }

    /// <summary>The URI of a database through PgBouncer.</summary>
    public string UrlOf(string database) =>
        new UriBuilder(server)
        {
            Host = "127.0.0.1",
            Port = port,
            Path = "/" + Uri.EscapeDataString(database),
        }
            .Uri
            .AbsoluteUri;

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<bool> ListensAsync(string log)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            var fatal = File.Exists(log) ? File.ReadLines(log).FirstOrDefault(l => l.Contains(" FATAL ", StringComparison.Ordinal)) : null;
            Assert.True(fatal is null, fatal);
            return false;
        }
    }
}
