using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb;

/// <summary>
/// A throw-away PostgreSQL server on a free loopback port with a random password. It is stopped and deleted when this object is
/// disposed, and also when the process ends in any other way.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private const string Superuser = "postgres";

    private readonly ServerAccount account;
    private readonly PostgresBinaries binaries;
    private readonly SandboxFolder folder;
    private readonly ServerWatchdog? watchdog;
    private readonly string password;
    private readonly EventHandler onProcessExit;
    private bool kept;
    private int disposed;

    private SandboxServer(ServerAccount account, PostgresBinaries binaries, SandboxFolder folder, ServerWatchdog? watchdog, string password)
    {
        this.account = account;
        this.binaries = binaries;
        this.folder = folder;
        this.watchdog = watchdog;
        this.password = password;
        onProcessExit = (_, _) => StopBeforeExit();
        AppDomain.CurrentDomain.ProcessExit += onProcessExit;
    }

    /// <summary>The URI of the database <c>postgres</c> for the superuser. It holds the password.</summary>
    public string Url => UrlOf("postgres");

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>The server's version: major and minor.</summary>
    public Version ServerVersion => binaries.Version;

    /// <summary>The folder of the server's programs.</summary>
    public string BinFolder => binaries.Folder;

    /// <summary>The server's own folder: data and log.</summary>
    public string Folder => folder.FullPath;

    /// <summary>The process id of the postmaster; null when it does not run.</summary>
    internal int? ProcessId => folder.ServerProcessId;

    /// <summary>A command line that stops a kept server and deletes its folder.</summary>
    public string StopCommand =>
        OperatingSystem.IsWindows()
            ? $"\"{binaries.Program("pg_ctl")}\" stop -D \"{folder.Data}\" -m immediate && rmdir /s /q \"{Folder}\""
            : string.Join(' ', account.Wrap(binaries.Program("pg_ctl"), "stop", "-D", folder.Data, "-m", "immediate"))
                + " && rm -rf "
                + Folder;

    /// <summary>Finds a server, makes a new cluster (UTF-8, scram-sha-256) and starts it.</summary>
    /// <param name="options">What kind of server.</param>
    /// <param name="cancellationToken">Stops and deletes what was begun.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="MuedException">No server was found (Usage), or it does not start (NoConnection).</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var configuration = Configuration(options.Settings);
        var account = ServerAccount.Current;
        var binaries = await new PostgresSearch().FindAsync(options, cancellationToken).ConfigureAwait(false);
        await SandboxFolder.SweepAsync(account, binaries.Program("pg_ctl"), cancellationToken).ConfigureAwait(false);

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var folder = await SandboxFolder.CreateAsync(account, password, cancellationToken).ConfigureAwait(false);
        var watchdog = OperatingSystem.IsWindows() ? null : ServerWatchdog.Start(account, binaries.Program("pg_ctl"), folder.FullPath);
        var server = new SandboxServer(account, binaries, folder, watchdog, password);
        try
        {
            await server.InitializeAsync(configuration, cancellationToken).ConfigureAwait(false);
            await server.LaunchAsync(cancellationToken).ConfigureAwait(false);
            if (options.Keep)
                await server.KeepAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The URI of a database of this server for the superuser. It holds the password.</summary>
    /// <param name="database">The database's name.</param>
    /// <returns>A libpq connection URI.</returns>
    public string UrlOf(string database) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"postgresql://{Superuser}:{password}@127.0.0.1:{Port}/{Uri.EscapeDataString(database)}"
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        AppDomain.CurrentDomain.ProcessExit -= onProcessExit;
        if (kept)
            return;
        if (watchdog is not null)
        {
            await watchdog.StopAsync().ConfigureAwait(false);
            watchdog.Dispose();
        }
        else
        {
            await StopWithoutWatchdogAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Kills the postmaster at once, as a crash would, and waits until it is gone.</summary>
    internal async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (ProcessId is not { } id)
            return;
        using var postmaster = Process.GetProcessById(id);
        postmaster.Kill();
        await postmaster.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Restarts the server on the same port without a clean shutdown; also starts one that was killed.</summary>
    internal async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        // Backends outlive a killed postmaster for a moment and hold its shared memory, so the first try may be refused.
        for (var attempt = 1; ; attempt++)
        {
            var (exitCode, message) = await ControlAsync("restart", ["-m", "immediate", .. LaunchArguments], cancellationToken)
                .ConfigureAwait(false);
            if (exitCode == 0)
                return;
            if (attempt == 10)
                throw StartFailed("pg_ctl restart", message);
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
        }
    }

    private string[] LaunchArguments =>
        ["-w", "-t", "60", "-l", folder.Log, "-o", string.Create(CultureInfo.InvariantCulture, $"-p {Port}")];

    private async Task InitializeAsync(string configuration, CancellationToken cancellationToken)
    {
        // C.UTF-8 sorts as production's collation "C.UTF-8" does; macOS and Windows do not know it.
        var locale = OperatingSystem.IsLinux() ? "C.UTF-8" : "C";
        var command = account.Wrap(
            binaries.Program("initdb"),
            "-D",
            folder.Data,
            "-U",
            Superuser,
            "--pwfile",
            folder.PasswordFile,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=" + locale,
            "--lc-messages=C",
            "--no-sync",
            "--no-instructions"
        );
        try
        {
            var (exitCode, output, error) = await ChildProcess.RunAsync(command, WorkingFolder, cancellationToken).ConfigureAwait(false);
            if (exitCode != 0)
                throw StartFailed("initdb", error + output);
        }
        catch (Win32Exception e)
        {
            throw StartFailed("initdb", e.Message);
        }

        File.Delete(folder.PasswordFile);
        await File.AppendAllTextAsync(Path.Combine(folder.Data, "postgresql.conf"), configuration, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the server on a free port. Another process may take that port first, so it tries a few.</summary>
    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            var (exitCode, message) = await ControlAsync("start", LaunchArguments, cancellationToken).ConfigureAwait(false);
            if (exitCode == 0)
                return;
            if (attempt == 3)
                throw StartFailed("pg_ctl start", message);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        await folder.MarkKeptAsync(cancellationToken).ConfigureAwait(false);
        watchdog?.Release();
        watchdog?.Dispose();
        kept = true;
    }

    private void StopBeforeExit()
    {
        if (kept || Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        if (watchdog is not null)
            watchdog.Stop();
        else
            StopWithoutWatchdogAsync().GetAwaiter().GetResult();
    }

    private async Task StopWithoutWatchdogAsync()
    {
        await ControlAsync("stop", ["-m", "immediate"], CancellationToken.None).ConfigureAwait(false);
        await folder.DeleteAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<(int ExitCode, string Message)> ControlAsync(string verb, string[] arguments, CancellationToken cancellationToken)
    {
        // On Windows the server inherits pg_ctl's pipes and would hold them open for its whole life.
        var (exitCode, output, error) = await ChildProcess
            .RunAsync(
                account.Wrap([binaries.Program("pg_ctl"), verb, "-D", folder.Data, .. arguments]),
                WorkingFolder,
                cancellationToken,
                capture: !OperatingSystem.IsWindows()
            )
            .ConfigureAwait(false);
        return (exitCode, error + output);
    }

    private MuedException StartFailed(string step, string message)
    {
        var log = File.Exists(folder.Log) ? string.Join('\n', File.ReadLines(folder.Log).TakeLast(10)) : "";
        return Texts.Error("SandboxStartFailed", ExitCode.NoConnection, null, step, (message.Trim() + "\n" + log).Trim());
    }

    /// <summary>A folder that the server's account can enter, unlike perhaps the current one.</summary>
    private static string WorkingFolder => OperatingSystem.IsWindows() ? Path.GetTempPath() : "/";

    /// <summary>A TCP port on 127.0.0.1 that nobody listens on at this moment.</summary>
    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>
    /// The lines added to postgresql.conf: nothing but loopback, and no care for a crash of the machine, for the data will be
    /// deleted. A crash of the server alone loses no commit: synchronous_commit stays on, and without fsync costs little.
    /// </summary>
    internal static string Configuration(IReadOnlyDictionary<string, string> settings)
    {
        var all = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = "",
            ["max_connections"] = "200",
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
        };
        foreach (var (name, value) in settings)
            all[name] = value;

        var text = new StringBuilder("\n");
        foreach (var (name, value) in all)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
                throw Texts.Usage("SandboxSettingName", name);
            var quoted = value
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("'", "''", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{quoted}'\n");
        }

        return text.ToString();
    }
}
