using System.Globalization;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>
/// PostgreSQL's own client programs, which read servers up to their own version: installed ones, else those of Debian's next release, which
/// apt fetches once into the cache of the servers, to be run with their own libraries.
/// </summary>
internal static class PgDump
{
    private const string Installed = "/usr/lib/postgresql";
    private const string Release = "forky";

    // What a program writes for servers that are older than itself and do not know it, with the first version that does.
    private static readonly Dictionary<string, int> NewerLines = new() { ["SET transaction_timeout = 0;"] = 17, ["    LOGGED"] = 15 };

    private static readonly string Cache = Path.Combine(Path.GetDirectoryName(new NpmPostgres().CacheFolder)!, "client-" + Release);

    private static readonly Lazy<Task<string?>> Fetched = new(() => Task.Run(FetchAsync));

    /// <summary>Why servers of a major cannot be dumped; null when they can. Fetches the packages when it must.</summary>
    public static string? WhyNoneFor(int major) =>
        FolderOf(Installed, major) is null && Fetched.Value.GetAwaiter().GetResult() is { } reason
            ? $"no pg_dump reads PostgreSQL {major}: {reason}"
            : null;

    /// <summary>Makes the objects of a database again in another one.</summary>
    public static async Task RestoreAsync(TestDatabase from, TestDatabase to)
    {
        var major = await from.ScalarAsync<int>("SELECT current_setting('server_version_num')::integer / 10000");
        var file = Path.GetTempFileName();
        try
        {
            await RunAsync(major, "pg_dump", "-f", file, "-d", from.Url);
            var lines = await File.ReadAllLinesAsync(file);
            await File.WriteAllLinesAsync(file, lines.Where(line => NewerLines.GetValueOrDefault(line) <= major));
            await RunAsync(major, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, "-d", to.Url);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task RunAsync(int major, string program, params string[] arguments)
    {
        Assert.Null(WhyNoneFor(major));
        var (exitCode, _, error) = await ChildProcess.RunAsync([.. Command(major, program), .. arguments], "/", CancellationToken.None);
        Assert.True(exitCode == 0, $"{program}: {error}");
    }

    private static string[] Command(int major, string program)
    {
        if (FolderOf(Installed, major) is { } installed)
            return [Path.Combine(installed, program)];
        var libraries = Directory.GetDirectories(Path.Combine(Cache, "usr", "lib"), "*-linux-gnu").Single();
        var loader = Directory.GetFiles(libraries, "ld-linux-*").Single();
        return [loader, "--library-path", libraries, Path.Combine(FolderOf(Cache + Installed, major)!, program)];
    }

    /// <summary>The programs of the oldest version that reads a major.</summary>
    private static string? FolderOf(string parent, int major) =>
        !Directory.Exists(parent)
            ? null
            : Directory
                .GetDirectories(parent)
                .Select(folder => (Major: NumberOf(Path.GetFileName(folder)), Bin: Path.Combine(folder, "bin")))
                .Where(item => item.Major >= major && File.Exists(Path.Combine(item.Bin, "pg_dump")))
                .OrderBy(item => item.Major)
                .FirstOrDefault()
                .Bin;

    private static int NumberOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static async Task<string?> FetchAsync()
    {
        if (Directory.Exists(Cache))
            return null;
        if (!DebianRelease.IsServed)
            return "it is not installed, and only Debian's apt is asked for it";
        var work = Directory.CreateDirectory($"{Cache}.{Path.GetRandomFileName()}").FullName;
        try
        {
            var debian = new DebianRelease(Release, work);
            await debian.UpdateAsync();
            var client = (await debian.NamesAsync("postgresql-client-")).MaxBy(name => NumberOf(name.Split('-')[^1]))!;
            // Of what it needs the libraries: Perl is for programs of Debian's own.
            var libraries = (await debian.NeededAsync(client)).Where(name =>
                name == "zlib1g"
                || (name.StartsWith("lib", StringComparison.Ordinal) && !name.StartsWith("libperl", StringComparison.Ordinal))
            );
            var root = Path.Combine(work, "root");
            await debian.UnpackAsync([client, .. libraries], root);
            Directory.Move(root, Cache);
            return null;
        }
        catch (IOException e)
        {
            // Another process may have been faster; its copy is the same.
            return Directory.Exists(Cache) ? null : e.Message;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
