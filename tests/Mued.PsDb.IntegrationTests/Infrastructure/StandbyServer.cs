using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Sandbox;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>
/// A real standby of a sandbox: a copy of its data directory that follows it by streaming replication (PostgreSQL manual, Making a Base
/// Backup Using the Low Level API). It lives in the primary's folder.
/// </summary>
internal sealed class StandbyServer : IAsyncDisposable
{
    // Ends the server when standard input ends: on disposal, and also when this process is killed.
    private const string Script = """
        trap '' HUP INT TERM
        "$1" -D "$2" -p "$3" >"$2/log" 2>&1 & pid=$!
        read -r _
        kill -QUIT "$pid"
        wait "$pid"
        rm -rf "$2"
        """;

    private readonly Process process;

    private StandbyServer(Process process, string url) => (this.process, Url) = (process, url);

    /// <summary>The URI of the database <c>postgres</c> there, which only reads.</summary>
    public string Url { get; }

    /// <summary>Starts it, and waits until it follows.</summary>
    /// <param name="primary">Its primary, of PostgreSQL 15 or later.</param>
    /// <param name="name">What it calls itself there.</param>
    public static async Task<StandbyServer> StartAsync(SandboxServer primary, string name)
    {
        var account = ServerAccount.Current;
        var folder = Path.Combine(primary.Folder, name);
        await using var connection = await TestConnection.OpenAsync(primary.Url);
        await ScalarAsync("SELECT pg_backup_start('standby', true)::text");
        var (exitCode, _, error) = await ChildProcess.RunAsync(
            account.Wrap("cp", "-a", Path.Combine(primary.Folder, "data"), folder),
            "/",
            CancellationToken.None
        );
        Assert.True(exitCode == 0, error);
        var label = await ScalarAsync("SELECT labelfile FROM pg_backup_stop(false)");
        File.Delete(Path.Combine(folder, "postmaster.pid"));
        await File.WriteAllTextAsync(Path.Combine(folder, "backup_label"), label);
        await File.WriteAllTextAsync(Path.Combine(folder, "standby.signal"), "");
        var user = new Uri(primary.Url).UserInfo.Split(':');
        await File.AppendAllTextAsync(
            Path.Combine(folder, "postgresql.conf"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                primary_conninfo = 'host=127.0.0.1 port={primary.Port} user={user[0]} password={user[1]} application_name={name}'
                wal_receiver_status_interval = 1
                max_standby_streaming_delay = -1

                """
            )
        );
        await account.TakeOverAsync(folder, CancellationToken.None);

        var port = SandboxServer.FreePort();
        var process = new Process
        {
            StartInfo = ChildProcess.StartInfo(
                account.Wrap(
                    "/bin/sh",
                    "-c",
                    Script,
                    "sh",
                    Path.Combine(primary.BinFolder, "postgres"),
                    folder,
                    port.ToString(CultureInfo.InvariantCulture)
                ),
                "/"
            ),
        };
        process.Start();
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(process.HasExited);
            return await ScalarAsync("SELECT string_agg(state, ' ') FROM pg_stat_replication") == "streaming";
        });
        return new(
            process,
            new UriBuilder(primary.Url) { Port = port }
                .Uri
                .AbsoluteUri
        );

        async Task<string?> ScalarAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync() as string;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
