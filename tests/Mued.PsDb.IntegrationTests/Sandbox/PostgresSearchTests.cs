using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

public sealed class PostgresSearchTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mued-search-");

    [Fact]
    public async Task The_variable_wins_over_PATH_and_install_folders()
    {
        var search = Nothing with
        {
            BinVariable = Fake("a", "16.1"),
            Path = Fake("b", "17.1"),
            InstallFolders = [(Parent("c"), "*", "bin")],
        };
        Fake("c/18/bin", "18.1");
        Assert.Equal(new Version(16, 1), (await search.FindAsync(new(), default)).Version);
    }

    [Fact]
    public async Task PATH_wins_over_install_folders()
    {
        var search = Nothing with { Path = Fake("b", "15.1 (Debian 15.1-0)"), InstallFolders = [(Parent("c"), "*", "bin")] };
        Fake("c/18/bin", "18.1");
        Assert.Equal(new Version(15, 1), (await search.FindAsync(new(), default)).Version);
    }

    [Fact]
    public async Task The_newest_install_folder_wins()
    {
        Fake("c/9/bin", "14.9");
        Fake("c/17/bin", "17.4");
        Fake("c/16/bin", "16.10");
        var search = Nothing with { InstallFolders = [(Parent("none"), "*", "bin"), (Parent("c"), "*", "bin")] };
        Assert.Equal(new Version(17, 4), (await search.FindAsync(new(), default)).Version);
    }

    [Fact]
    public async Task A_major_passes_over_servers_of_other_majors()
    {
        Fake("c/18/bin", "18.1");
        Fake("c/15/bin", "15.3");
        var search = Nothing with
        {
            BinVariable = Fake("a", "17.1"),
            Path = Fake("b", "16.1"),
            InstallFolders = [(Parent("c"), "*", "bin")],
        };
        Assert.Equal(new Version(15, 3), (await search.FindAsync(new() { Major = 15 }, default)).Version);
    }

    [Fact]
    public async Task A_link_on_PATH_leads_to_the_folder_with_the_other_programs()
    {
        var real = Fake("real", "15.2");
        var links = folder.CreateSubdirectory("links").FullName;
        File.CreateSymbolicLink(Path.Combine(links, "postgres"), Path.Combine(real, "postgres"));
        Assert.Equal(real, (await (Nothing with { Path = links }).FindAsync(new(), default)).Folder);
    }

    [Fact]
    public async Task The_cache_of_npm_packages_is_used_without_npm()
    {
        Fake("cache/17.9.0-beta.17/native/bin", "17.9");
        Fake("cache/17.10.0-beta.9/native/bin", "17.10");
        Fake("cache/16.14.0-beta.17/native/bin", "16.14");
        var search = Nothing with { Npm = new() { CacheFolder = Parent("cache") } };
        Assert.Equal(new Version(17, 10), (await search.FindAsync(new(), default)).Version);
        Assert.Equal(new Version(16, 14), (await search.FindAsync(new() { Major = 16 }, default)).Version);
    }

    [Fact]
    public async Task No_server_is_one_error_that_says_the_four_ways()
    {
        var error = await Assert.ThrowsAsync<MuedException>(() => Nothing.FindAsync(new(), default));
        Assert.Equal(("SandboxNoServer", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.All(["MUED_POSTGRES_BIN", "PATH", "install", "npm"], way => Assert.Contains(way, error.Message, StringComparison.Ordinal));
        Assert.All(
            ["MUED_POSTGRES_BIN", "PATH", "apt-get install postgresql", "npm"],
            way => Assert.Contains(way, error.Advice, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_variable_that_names_no_server_is_an_error_rather_than_passed_over()
    {
        var search = Nothing with { BinVariable = Parent("empty"), Path = Fake("b", "17.1") };
        var error = await Assert.ThrowsAsync<MuedException>(() => search.FindAsync(new(), default));
        Assert.Equal("SandboxBinFolder", error.ErrorId);
        Assert.Contains("empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_asked_for_must_hold_the_major_asked_for()
    {
        var folder = Fake("a", "16.1");
        Assert.Equal(16, (await Nothing.FindAsync(new() { BinFolder = folder }, default)).Version.Major);
        var error = await Assert.ThrowsAsync<MuedException>(() => Nothing.FindAsync(new() { BinFolder = folder, Major = 17 }, default));
        Assert.Equal("SandboxBinFolder", error.ErrorId);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(19)]
    public async Task Unsupported_majors_are_refused(int major) =>
        Assert.Equal(
            "SandboxMajorUnknown",
            (await Assert.ThrowsAsync<MuedException>(() => Nothing.FindAsync(new() { Major = major }, default))).ErrorId
        );

    public void Dispose() => folder.Delete(recursive: true);

    private PostgresSearch Nothing =>
        new()
        {
            BinVariable = null,
            Path = "",
            InstallFolders = [],
            Npm = new() { CacheFolder = Parent("nothing") },
        };

    private string Parent(string name) => Path.Combine(folder.FullName, name);

    /// <summary>A folder whose <c>postgres</c> answers --version; the search runs nothing else.</summary>
    private string Fake(string name, string version)
    {
        var folder = this.folder.CreateSubdirectory(name).FullName;
        foreach (var program in new[] { "initdb", "pg_ctl", "postgres" })
        {
            var path = Path.Combine(folder, program);
            File.WriteAllText(path, $"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }
}
