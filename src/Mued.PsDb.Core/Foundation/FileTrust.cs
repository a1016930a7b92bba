using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;

namespace Mued.PsDb.Foundation;

/// <summary>
/// Whether a file or folder that nobody named may decide what runs: only one that is ours, or the machine administrator's, and that nobody
/// else can write. The rule is that of OpenSSH's StrictModes; a group that is a user's own (its number is the user's) is that user.
/// </summary>
internal static class FileTrust
{
    /// <summary>Says why a file or folder is not trusted.</summary>
    /// <param name="path">An existing file or folder; of a link both it and what it leads to are looked at.</param>
    /// <returns>Words that follow its name; null when it is trusted.</returns>
    public static string? WhyNot(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? WhyNotOnWindows(path) : WhyNotOnUnix(path, LinkStatus) ?? WhyNotOnUnix(path, Status);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            return Texts.Get("OwnerUnknown", e.Message);
        }
    }

    private static string? WhyNotOnUnix(string path, Func<string, FileStatus> look)
    {
        var status = look(path);
        var me = EffectiveUser();
        if (status.User != me && status.User != 0)
            return Texts.Get("OwnedByOther", status.User, me);
        var mode = (UnixFileMode)(status.Mode & 0xFFF);
        var isLink = (status.Mode & FileStatus.Kind) == FileStatus.Link;
        var others = mode.HasFlag(UnixFileMode.OtherWrite) || (mode.HasFlag(UnixFileMode.GroupWrite) && status.Group != status.User);
        return others && !isLink ? Texts.Get("WritableByOthers", Convert.ToString((int)mode, 8)) : null;
    }

    // Who may write is not looked at: what lies outside a profile is writable by all users of many a Windows machine.
    [SupportedOSPlatform("windows")]
    private static string? WhyNotOnWindows(string path)
    {
        FileSystemSecurity security = Directory.Exists(path)
            ? new DirectoryInfo(path).GetAccessControl(AccessControlSections.Owner)
            : new FileInfo(path).GetAccessControl(AccessControlSections.Owner);
        var owner = (SecurityIdentifier?)security.GetOwner(typeof(SecurityIdentifier));
        using var me = WindowsIdentity.GetCurrent();
        var trusted =
            owner is not null
            && (
                owner == me.User
                || owner.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid)
                || owner.IsWellKnown(WellKnownSidType.LocalSystemSid)
            );
        return trusted ? null : Texts.Get("OwnedByOther", owner?.Value, me.User?.Value);
    }

    private static FileStatus Status(string path) => Checked(GetStatus(Bytes(path), out var status), status, path);

    private static FileStatus LinkStatus(string path) => Checked(GetLinkStatus(Bytes(path), out var status), status, path);

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static FileStatus Checked(int result, FileStatus status, string path) =>
        result == 0 ? status : throw new IOException($"stat {path}: errno {Marshal.GetLastPInvokeError()}");

    [DllImport("libc", EntryPoint = "geteuid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();

    // struct stat differs by system and processor; the runtime's own library has one shape for all. It is asked for no more than the first
    // members, and given room for those behind them.
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetStatus(byte[] path, out FileStatus status);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_LStat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLinkStatus(byte[] path, out FileStatus status);

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private readonly struct FileStatus
    {
        // S_IFMT and S_IFLNK.
        public const int Kind = 0xF000;
        public const int Link = 0xA000;

        private readonly int flags;
        public readonly int Mode;
        public readonly uint User;
        public readonly uint Group;
    }
}
