using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Mued.PsDb.Sandbox;

/// <summary>
/// The folder of one sandbox: the data, the log, and a note of the process it belongs to, by which a later process can tell a
/// folder that was left behind from one in use.
/// </summary>
internal sealed class SandboxFolder
{
    private const string NamePrefix = "mued-psdb-";
    private const string NoteName = "owner";
    private const string KeepWord = "keep";

    private readonly ServerAccount account;

    private SandboxFolder(ServerAccount account, string path)
    {
        this.account = account;
        FullPath = path;
    }

    /// <summary>The folder itself.</summary>
    public string FullPath { get; }

    /// <summary>The server's data directory.</summary>
    public string Data => Path.Combine(FullPath, "data");

    /// <summary>The server's log.</summary>
    public string Log => Path.Combine(FullPath, "log");

    /// <summary>The file initdb takes the superuser's password from; it does not outlive initdb.</summary>
    public string PasswordFile => Path.Combine(FullPath, "password");

    /// <summary>The process id of the running postmaster, or null.</summary>
    public int? ServerProcessId => FirstLine(Path.Combine(Data, "postmaster.pid")) is { } line ? ParseId(line) : null;

    /// <summary>Makes a new folder that only the server's account can enter.</summary>
    public static async Task<SandboxFolder> CreateAsync(ServerAccount account, string password, CancellationToken cancellationToken)
    {
        var folder = new SandboxFolder(
            account,
            Path.Combine(account.TemporaryFolder, NamePrefix + RandomNumberGenerator.GetHexString(16, lowercase: true))
        );
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder.FullPath);
        else
            Directory.CreateDirectory(folder.FullPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            await folder.WriteNoteAsync(keep: false, cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(folder.PasswordFile, password, cancellationToken).ConfigureAwait(false);
            await account.TakeOverAsync(folder.FullPath, cancellationToken).ConfigureAwait(false);
            return folder;
        }
        catch
        {
            Directory.Delete(folder.FullPath, recursive: true);
            throw;
        }
    }

    /// <summary>Notes that the folder is to stay although its process ends.</summary>
    public Task MarkKeptAsync(CancellationToken cancellationToken) => WriteNoteAsync(keep: true, cancellationToken);

    /// <summary>Deletes the folder, as the account it belongs to.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            Directory.Delete(FullPath, recursive: true);
        else
            await ChildProcess.RunAsync(account.Wrap("rm", "-rf", FullPath), "/", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Removes the folders that dead processes left, and stops their servers. It touches only what is provably ours and dead: a
    /// folder with our note, from this machine, whose process is gone, that is not kept, and that this account may delete.
    /// </summary>
    public static async Task SweepAsync(ServerAccount account, string pgCtl, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateDirectories(account.TemporaryFolder, NamePrefix + "*"))
        {
            var folder = new SandboxFolder(account, path);
            if (!folder.IsLeftBehind())
                continue;
            if (folder.ServerProcessId is { } server && IsAlive(server))
            {
                // The id may have been given to another process since; the postmaster is the one that works in the data directory.
                if (!OperatingSystem.IsLinux())
                    continue;
                if (WorkingFolder(server) == folder.Data)
                    await ChildProcess
                        .RunAsync(account.Wrap(pgCtl, "stop", "-D", folder.Data, "-m", "immediate"), "/", cancellationToken)
                        .ConfigureAwait(false);
            }

            try
            {
                await folder.DeleteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Windows keeps files that are in use; a later start tries again.
            }
        }
    }

    /// <summary>Whether a process with this id runs. A dead one that nobody has reaped, as in a container without init, does not.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            // The state follows the command name, whose parentheses may hold anything.
            var status = OperatingSystem.IsLinux()
                ? FirstLine(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"))
                : null;
            return status is null || !status.AsSpan(status.LastIndexOf(')') + 1).StartsWith(" Z", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private bool IsLeftBehind()
    {
        try
        {
            // An empty file may be a pipe that someone else put there, which would block the reader.
            var note = new FileInfo(Path.Combine(FullPath, NoteName));
            if (!note.Exists || note.Length == 0)
                return false;
            var words = File.ReadAllText(note.FullName).Split('\n', StringSplitOptions.TrimEntries);
            return words is [var id, var machine, var keep, ..]
                && machine == Environment.MachineName
                && keep != KeepWord
                && ParseId(id) is { } processId
                && !IsAlive(processId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Another user's.
        }
    }

    private Task WriteNoteAsync(bool keep, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(
            Path.Combine(FullPath, NoteName),
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{Environment.MachineName}\n{(keep ? KeepWord : "")}\n"),
            cancellationToken
        );

    private static string? WorkingFolder(int processId)
    {
        try
        {
            return Directory
                .ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cwd"), returnFinalTarget: false)
                ?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? FirstLine(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int? ParseId(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
