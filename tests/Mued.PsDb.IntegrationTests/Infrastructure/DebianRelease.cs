using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>A release of Debian other than the machine's, from the same mirror: packages to be unpacked in a folder, not installed.</summary>
/// <param name="release">Its name.</param>
/// <param name="folder">An empty folder, for what apt keeps and downloads.</param>
internal sealed class DebianRelease(string release, string folder)
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>Whether this machine can have any.</summary>
    public static bool IsServed => File.Exists(Keyring) && Prerequisite.FindProgram("apt-get") is not null;

    /// <summary>Reads what the release has.</summary>
    /// <exception cref="IOException">The mirror cannot be reached.</exception>
    public async Task UpdateAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "lists", "partial"));
        var mirror = await MirrorAsync();
        if (mirror is null)
        {
            await RunAsync("apt-get", "update");
            mirror = await MirrorAsync() ?? throw new IOException("apt has no Debian mirror.");
        }

        await File.WriteAllTextAsync(Sources, $"deb [signed-by={Keyring}] {mirror} {release} main\n");
        await AptAsync("apt-get", "update");
    }

    /// <summary>The names of the packages that begin so.</summary>
    public async Task<string[]> NamesAsync(string prefix) => Lines(await AptAsync("apt-cache", "pkgnames", prefix));

    /// <summary>The names of all packages that a package needs, with its own.</summary>
    public async Task<string[]> NeededAsync(string package) =>
        [
            .. Lines(await AptAsync("apt-cache", "depends", "--recurse", "--important", package))
                .Where(line => !line.StartsWith(' ') && !line.StartsWith('<'))
                .Distinct(),
        ];

    /// <summary>Unpacks packages below a root.</summary>
    public async Task UnpackAsync(IEnumerable<string> packages, string root)
    {
        await AptAsync("apt-get", ["download", .. packages]);
        foreach (var archive in Directory.GetFiles(folder, "*.deb"))
            await RunAsync("dpkg-deb", "-x", archive, root);
    }

    private string Sources => Path.Combine(folder, "sources.list");

    private async Task<string?> MirrorAsync() =>
        Lines(await RunAsync("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(CODENAME) $(ORIGIN)", "Identifier: Packages"))
            .Select(line => line.Split(' '))
            .FirstOrDefault(words => words is [_, var suite, var name, "Debian"] && suite == name && !name.Contains('-'))
            ?[0];

    private Task<string> AptAsync(string program, params string[] arguments)
    {
        string[] options =
        [
            $"Dir::Etc::SourceList={Sources}",
            "Dir::Etc::SourceParts=/dev/null",
            $"Dir::State::Lists={folder}/lists",
            $"Dir::Cache={folder}",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        ];
        return RunAsync(program, [.. options.SelectMany(option => new[] { "-o", option }), .. arguments]);
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var path = Prerequisite.FindProgram(program) ?? throw new IOException($"{program} is not on PATH.");
        var (exitCode, output, error) = await ChildProcess.RunAsync([path, .. arguments], folder, CancellationToken.None);
        return exitCode == 0 ? output : throw new IOException($"{program}: {error.Trim()}");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
