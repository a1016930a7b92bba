using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;

namespace Mued.PsDb.Backups;

/// <summary>A folder that only its owner can read, and whose entries reach the disk: what each operating system wants for that.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes a folder, and those above it that are missing, and brings the first of them to the disk; one that is there is made private.</summary>
    public static void Create(string path)
    {
        var root = Directory.Exists(path) ? null : MissingRoot(path);
        MakePrivate(path);
        if (root is not null)
            Sync(Path.GetDirectoryName(root)!);
    }

    /// <summary>Opens a file that nobody else can open meanwhile; what is written goes to the system at once.</summary>
    public static FileStream OpenFile(string folder, string name, FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(Path.Combine(folder, name), options);
    }

    private static string MissingRoot(string path)
    {
        while (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
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
        security.AddAccessRule(
            new(
                user.User!,
                FileSystemRights.FullControl,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
                PropagationFlags.None,
                AccessControlType.Allow
            )
        );
        var folder = Directory.CreateDirectory(path);
        folder.SetAccessControl(security);
    }

    /// <summary>A file's entry in its folder survives a crash of the machine only when the folder is flushed as well (fsync(2)).</summary>
    public static void Sync(string path)
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
