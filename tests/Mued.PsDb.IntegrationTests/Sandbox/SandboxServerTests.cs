using System.Net.Sockets;
using Mued.PsDb.Sandbox;
using Npgsql;

namespace Mued.PsDb.Tests;

public class SandboxServerTests
{
    [Fact]
    public async Task Stops_and_leaves_no_folder_and_no_process()
    {
        var server = await SandboxServer.StartAsync(new());
        var process = Assert.NotNull(server.ProcessId);
        Assert.True(SandboxFolder.IsAlive(process));
        await using (var connection = await TestConnection.OpenAsync(server.Url))
            Assert.Equal(server.ServerVersion, new Version(connection.PostgreSqlVersion.Major, connection.PostgreSqlVersion.Minor));

        await server.DisposeAsync();

        Assert.False(Directory.Exists(server.Folder));
        await Eventually.TrueAsync(() => !SandboxFolder.IsAlive(process));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", server.Port));
    }

    [Fact]
    public async Task Two_run_side_by_side()
    {
        var both = await Task.WhenAll(SandboxServer.StartAsync(new()), SandboxServer.StartAsync(new()));
        await using var first = both[0];
        await using var second = both[1];
        Assert.NotEqual(first.Port, second.Port);
        await using var one = await TestConnection.OpenAsync(first.Url);
        await using var other = await TestConnection.OpenAsync(second.Url);
    }

    [Theory, Major(14), Major(15), Major(16), Major(17), Major(18)]
    public async Task Every_supported_major_starts(int major)
    {
        var server = await TestServer.ForMajorAsync(major);
        await using var connection = await TestConnection.OpenAsync(server.Url);
        Assert.Equal(major, connection.PostgreSqlVersion.Major);
    }

    [Fact]
    public async Task Speaks_UTF8_in_every_locale_and_asks_for_the_password()
    {
        await using var server = await SandboxServer.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["work_mem"] = "5MB" } }
        );
        await using var connection = await TestConnection.OpenAsync(server.Url);
        Assert.Equal("UTF8", await ShowAsync("server_encoding"));
        Assert.Equal("C", await ShowAsync("lc_messages"));
        Assert.Equal("scram-sha-256", await ShowAsync("password_encryption"));
        Assert.Equal("5MB", await ShowAsync("work_mem"));

        var wrong = server.Url.Replace("postgres:", "postgres:x", StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<PostgresException>(() => TestConnection.OpenAsync(wrong));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);

        async Task<string> ShowAsync(string setting)
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("SHOW " + setting) } };
            return (string)(await batch.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task Comes_back_with_its_data_after_a_crash()
    {
        await using var server = await SandboxServer.StartAsync(new());
        await TestConnection.ExecuteAsync(server.Url, "CREATE TABLE kept (id int)");
        await server.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => TestConnection.OpenAsync(server.Url));
        await server.RestartAsync();
        await TestConnection.ExecuteAsync(server.Url, "SELECT FROM kept");
    }

    [Fact]
    public async Task A_kept_server_outlives_its_object_until_its_stop_command()
    {
        var server = await SandboxServer.StartAsync(new() { Keep = true });
        await server.DisposeAsync();
        await TestConnection.ExecuteAsync(server.Url, "SELECT 1");

        var shell = OperatingSystem.IsWindows() ? new[] { "cmd", "/c", server.StopCommand } : ["/bin/sh", "-c", server.StopCommand];
        var (exitCode, _, error) = await ChildProcess.RunAsync(shell, Path.GetTempPath(), CancellationToken.None);
        Assert.True(exitCode == 0, error);
        Assert.False(Directory.Exists(server.Folder));
    }

    [Fact]
    public async Task A_setting_that_the_server_refuses_is_an_error_with_its_log_and_leaves_nothing()
    {
        var before = Folders();
        var error = await Assert.ThrowsAsync<MuedException>(() =>
            SandboxServer.StartAsync(new() { Settings = new Dictionary<string, string> { ["work_mem"] = "plenty" } })
        );
        Assert.Equal("SandboxStartFailed", error.ErrorId);
        Assert.Contains("work_mem", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Folders().Except(before),
            f =>
                File.Exists(Path.Combine(f, "log")) && File.ReadAllText(Path.Combine(f, "log")).Contains("plenty", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_cancelled_start_leaves_nothing()
    {
        // Late enough for the folder to be there: only making the cluster takes longer.
        var before = Folders();
        using var cancel = new CancellationTokenSource();
        var start = SandboxServer.StartAsync(new(), cancel.Token);
        await Eventually.TrueAsync(() => start.IsCompleted || Folders().Except(before).Any(f => Directory.Exists(Path.Combine(f, "data"))));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);

        // Other tests start servers meanwhile; theirs come to run.
        await Eventually.TrueAsync(() => Folders().Except(before).All(f => File.Exists(Path.Combine(f, "data", "postmaster.pid"))));
    }

    private static List<string> Folders() => [.. Directory.EnumerateDirectories(ServerAccount.Current.TemporaryFolder, "mued-psdb-*")];
}
