using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;

namespace Mued.PsDb;

/// <summary>
/// The folder of a backup while it is written. Folder and files are readable by their owner only, and everything reaches the disk
/// before the undo commits. <see cref="Sums"/> is written last: a folder without it is no complete backup.
/// </summary>
internal sealed class BackupFolder
{
    /// <summary>The description of the backup.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The schema of the tables as it was.</summary>
    public const string Schema = "schema.json";

    /// <summary>SHA-256 of every other file, in the format of sha256sum.</summary>
    public const string Sums = "SHA256SUMS";

    private readonly Dictionary<string, string> sums = new(StringComparer.Ordinal);
    private readonly bool created;

    private BackupFolder(string path, bool created) => (Path, this.created) = (path, created);

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder, or takes an empty one.</summary>
    /// <exception cref="MuedException">It holds something, or it cannot be made (exit code 2): nothing has been executed.</exception>
    public static BackupFolder Create(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any()))
                throw Texts.Usage("BackupFolderTaken", full);
            var existed = Directory.Exists(full);
            var root = existed ? null : MissingRoot(full);
            MakePrivate(full);
            if (root is not null)
                SyncFolder(System.IO.Path.GetDirectoryName(root)!);
            ProbeWritable(full);
            return new(full, !existed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Texts.Error("BackupUnwritable", ExitCode.Usage, new ErrorPlace(TargetName: full), e, full, e.Message);
        }
    }

    /// <summary>A new file of the backup, for writing.</summary>
    public FileStream CreateFile(string name)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(System.IO.Path.Combine(Path, name), options);
    }

    /// <summary>Notes the hash of a file that is written and flushed.</summary>
    public void Note(string name, string sha256) => sums.Add(name, sha256);

    /// <summary>Writes a small text file and notes its hash.</summary>
    public async Task WriteTextAsync(string name, string text, CancellationToken cancellationToken)
    {
        var file = CreateFile(name);
        await using (file.ConfigureAwait(false))
        {
            var stream = new HashingStream(file);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
                Note(name, stream.Sha256());
            }
        }
    }

    /// <summary>Writes the list of hashes, which makes the backup complete, and brings the folder itself to the disk.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var text = string.Concat(sums.OrderBy(sum => sum.Key, StringComparer.Ordinal).Select(sum => $"{sum.Value}  {sum.Key}\n"));
        await WriteTextAsync(Sums, text, cancellationToken).ConfigureAwait(false);
        SyncFolder(Path);
    }

    /// <summary>Takes back what was written: the undo was rolled back, so the rows are where they were.</summary>
    public void Delete()
    {
        try
        {
            // The list first: what an interrupted deletion leaves must not look complete.
            File.Delete(System.IO.Path.Combine(Path, Sums));
            foreach (var file in Directory.EnumerateFiles(Path))
                File.Delete(file);
            if (created)
                Directory.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be cleaned up is no reason to hide why the undo failed.
        }
    }

    private static string MissingRoot(string path)
    {
        while (System.IO.Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
            path = parent;
        return path;
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            MakePrivateOnWindows(path);
            return;
        }

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(path, owner);
        File.SetUnixFileMode(path, owner);
    }

    /// <summary>Only the current user has rights, and nothing is inherited from above; files in the folder inherit it.</summary>
    [SupportedOSPlatform("windows")]
    private static void MakePrivateOnWindows(string path)
    {
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        using var user = WindowsIdentity.GetCurrent();
        security.AddAccessRule(new(user.User!, FileSystemRights.FullControl,
            InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
        var folder = Directory.CreateDirectory(path);
        folder.SetAccessControl(security);
    }

    private static void ProbeWritable(string path)
    {
        var probe = System.IO.Path.Combine(path, ".probe");
        File.Create(probe).Dispose();
        File.Delete(probe);
    }

    /// <summary>A file's entry in its folder survives a crash of the machine only when the folder is flushed as well (fsync(2)).</summary>
    private static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), 0);
        if (descriptor < 0)
            throw new IOException($"open: errno {Marshal.GetLastPInvokeError()}");
        try
        {
            // Some file systems cannot flush a folder and say EINVAL (22); there is nothing more to do then.
            if (FSync(descriptor) != 0 && Marshal.GetLastPInvokeError() is not 22 and var errno)
                throw new IOException($"fsync: errno {errno}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
