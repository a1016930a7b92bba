using System.Runtime.Versioning;
using Mued.PsDb.Plans;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests.Plans;

public sealed class GitCheckoutTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("mued-git-").FullName;
    private readonly string folder;

    public GitCheckoutTests() => folder = Directory.CreateDirectory(Path.Combine(root, "db", "migrations")).FullName;

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Each_file_has_its_last_commit_and_its_author_and_whether_it_was_changed_since()
    {
        await GitAsync("init", "--quiet");
        await CommitAsync("Ann Ö", "Add a & b", "1_a.sql", "2 b.sql", "3_c.sql");
        await CommitAsync("Bob", "Mend b", "2 b.sql", "4_d.sql");
        await File.WriteAllTextAsync(Path.Combine(folder, "1_a.sql"), "SELECT 'Bob'\r\n".Replace("Bob", "Ann Ö", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, "3_c.sql"), "SELECT 'changed'\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "5_e.sql"), "SELECT 'new'\n");

        var found = await CommitsAsync("1_a.sql", "2 b.sql", "3_c.sql", "4_d.sql", "5_e.sql");
        Assert.Equal(["Ann Ö", "Bob", "Ann Ö", "Bob", null], found.Select(commit => commit?.Author));
        Assert.Equal(["Add a & b", "Mend b", "Add a & b", "Mend b", null], found.Select(commit => commit?.Subject));
        Assert.Equal([false, false, true, false, null], found.Select(commit => commit?.Modified));
        Assert.Equal((await GitAsync("rev-parse", "HEAD")).Trim(), found[1]!.Id);
    }

    [Fact]
    public async Task A_folder_without_a_commit_or_without_a_repository_has_none()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "1_a.sql"), "SELECT 1");
        Assert.Equal([null], await CommitsAsync("1_a.sql"));
        await GitAsync("init", "--quiet");
        Assert.Equal([null], await CommitsAsync("1_a.sql"));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task No_program_that_a_repository_names_is_run()
    {
        await GitAsync("init", "--quiet");
        await CommitAsync("Ann", "Add a", "1_a.sql");
        var trap = Path.Combine(root, "trap");
        await File.WriteAllTextAsync(trap, $"#!/bin/sh\necho \"$0 $*\" >> {root}/sprung\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(trap, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (
            var (name, value) in new[]
            {
                ("core.fsmonitor", trap),
                ("core.hooksPath", root),
                ("core.pager", trap),
                ("core.sshCommand", trap),
                ("diff.external", trap),
                ("gpg.program", trap),
                ("gpg.ssh.program", trap),
                ("log.showSignature", "true"),
                ("filter.trap.clean", trap),
                ("filter.trap.smudge", trap),
                ("diff.trap.textconv", trap),
            }
        )
            await GitAsync("config", name, value);
        await File.WriteAllTextAsync(Path.Combine(folder, ".gitattributes"), "*.sql filter=trap diff=trap\n");
        Assert.Equal(["Ann"], (await CommitsAsync("1_a.sql")).Select(commit => commit?.Author));
        Assert.False(File.Exists(Path.Combine(root, "sprung")));

        // The trap works: git itself falls into it.
        await GitAsync("status");
        Assert.True(File.Exists(Path.Combine(root, "sprung")));
    }

    [RootFact]
    public async Task A_repository_of_somebody_else_is_not_asked_whatever_safe_directory_says()
    {
        await GitAsync("init", "--quiet");
        await CommitAsync("Ann", "Add a", "1_a.sql");
        Assert.NotNull((await CommitsAsync("1_a.sql"))[0]);
        await ChildProcess.RunAsync(["chown", "-R", "nobody", root], "/", CancellationToken.None);
        var before = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "home", "git"));
            Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", Path.Combine(root, "home"));
            await File.WriteAllTextAsync(Path.Combine(root, "home", "git", "config"), "[safe]\n\tdirectory = *\n");
            Assert.Contains("Add a", await GitAsync("log"), StringComparison.Ordinal);
            Assert.Equal([null], await CommitsAsync("1_a.sql"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", before);
        }
    }

    private async Task CommitAsync(string author, string subject, params string[] files)
    {
        foreach (var file in files)
            await File.WriteAllTextAsync(Path.Combine(folder, file), $"SELECT '{author}'\n");
        await GitAsync("add", ".");
        await GitAsync("-c", "user.name=" + author, "-c", "user.email=somebody@example.test", "commit", "--quiet", "-m", subject);
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(["git", .. arguments], root, CancellationToken.None);
        Assert.True(exitCode == 0, error);
        return output;
    }

    private async Task<IReadOnlyList<FileCommit?>> CommitsAsync(params string[] files)
    {
        var migrations = files.Select(file => new PlannedMigration("1", file, PlanAction.Apply, 1) { File = Path.Combine(folder, file) });
        return [.. (await GitCheckout.CommitsAsync(folder, [.. migrations], CancellationToken.None)).Select(item => item.Commit)];
    }
}
