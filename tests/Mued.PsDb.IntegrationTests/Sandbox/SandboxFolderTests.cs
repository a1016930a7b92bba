using System.Diagnostics;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

public class SandboxFolderTests
{
    [Fact]
    public async Task Sweeping_stops_and_removes_the_server_of_a_dead_process()
    {
        await using var server = await SandboxServer.StartAsync(new());
        await NoteAsync(server.Folder, await DeadProcessAsync(), Environment.MachineName, "");
        await SandboxFolder.SweepAsync(ServerAccount.Current, Path.Combine(server.BinFolder, "pg_ctl"), CancellationToken.None);
        Assert.False(Directory.Exists(server.Folder));
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => TestConnection.OpenAsync(server.Url));
    }

    [Theory]
    [InlineData("this process", "this machine", "")]
    [InlineData("a dead process", "another machine", "")]
    [InlineData("a dead process", "this machine", "keep")]
    [InlineData("no number", "this machine", "")]
    public async Task Sweeping_spares_what_is_not_provably_ours_and_dead(string process, string machine, string keep)
    {
        var folder = await SandboxFolder.CreateAsync(ServerAccount.Current, "a password", CancellationToken.None);
        var id = process switch
        {
            "this process" => Environment.ProcessId.ToString((IFormatProvider?)null),
            "a dead process" => await DeadProcessAsync(),
            _ => process,
        };
        await NoteAsync(folder.FullPath, id, machine == "this machine" ? Environment.MachineName : machine, keep);
        try
        {
            await SandboxFolder.SweepAsync(ServerAccount.Current, "pg_ctl", CancellationToken.None);
            Assert.True(File.Exists(folder.PasswordFile));
        }
        finally
        {
            await folder.DeleteAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Sweeping_removes_a_folder_whose_server_never_started()
    {
        var folder = await SandboxFolder.CreateAsync(ServerAccount.Current, "a password", CancellationToken.None);
        await NoteAsync(folder.FullPath, await DeadProcessAsync(), Environment.MachineName, "");
        await SandboxFolder.SweepAsync(ServerAccount.Current, "pg_ctl", CancellationToken.None);
        Assert.False(Directory.Exists(folder.FullPath));
    }

    private static Task NoteAsync(string folder, string process, string machine, string keep) =>
        File.WriteAllTextAsync(Path.Combine(folder, "owner"), $"{process}\n{machine}\n{keep}\n");

    private static async Task<string> DeadProcessAsync()
    {
        using var process = Process.Start("true");
        await process.WaitForExitAsync();
        return process.Id.ToString((IFormatProvider?)null);
    }
}
