using System.Diagnostics;
using System.Runtime.Versioning;

namespace Mued.PsDb.Tests;

public sealed class FolderChoiceTests : IDisposable
{
    private const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string here = Directory.CreateTempSubdirectory("mued-choice-").FullName;

    private string Beside => Path.Combine(here, "migrations");

    [Fact]
    public void What_is_named_comes_first_then_what_is_here_then_phase_2()
    {
        Assert.Equal((BundledSql.Migrations, "no folder was named, and there is no ./migrations"), Named(Choose()));
        Directory.CreateDirectory(Beside);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Beside, Ours);
        Assert.Equal((Beside, "found in the current folder"), Named(Choose()));
        Assert.Equal((BundledSql.Migrations, "as asked for"), Named(Choose(phase2: true)));
        Assert.Equal(("./other", "as given"), Named(Choose("./other")));

        static (string, string) Named(FolderChoice choice) => (choice.Path, choice.Reason);
    }

    [Fact]
    public void Two_folders_are_refused_unless_both_are_phase_2()
    {
        var error = Assert.Throws<MuedException>(() => Choose("./other", phase2: true));
        Assert.Equal(("PathAndPhase2", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Equal(BundledSql.Migrations, Choose(BundledSql.Migrations, phase2: true).Path);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_others_can_write_is_not_taken_unasked()
    {
        Directory.CreateDirectory(Beside);
        File.SetUnixFileMode(Beside, Ours | UnixFileMode.OtherWrite);
        AssertRefused("can be written by others (mode 702)");
    }

    [RootTheory]
    [InlineData("chown 65534 migrations", "belongs to user 65534, and you are 0")]
    [InlineData("rmdir migrations; mkdir ours; ln -s ours migrations; chown -h 65534 migrations", "belongs to user 65534, and you are 0")]
    [InlineData("chgrp 65534 migrations; chmod g+w migrations", "can be written by others (mode 720)")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_of_another_user_or_group_is_not_taken_unasked(string commands, string why)
    {
        Directory.CreateDirectory(Beside, Ours);
        await RunAsync(commands);
        AssertRefused(why);
    }

    [RootTheory]
    [InlineData("chown 65534 mued.json", "belongs to user 65534, and you are 0")]
    [InlineData("chmod o+w mued.json", "can be written by others (mode 646)")]
    public async Task A_project_file_of_others_is_not_read(string commands, string why)
    {
        var file = Path.Combine(here, "mued.json");
        await File.WriteAllTextAsync(file, "{}");
        await RunAsync("chmod 644 mued.json; " + commands);
        var error = Assert.Throws<MuedException>(() => ProjectSearch.Find(Directory.CreateDirectory(Path.Combine(here, "below")).FullName));
        Assert.Equal(("ProjectUntrusted", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains($"{file} {why}", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(here, recursive: true);

    private FolderChoice Choose(string? path = null, bool phase2 = false) => FolderChoice.Of(path, phase2, ProjectSearch.Find(here));

    private async Task RunAsync(string commands)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", commands]) { WorkingDirectory = here })!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private void AssertRefused(string why)
    {
        var error = Assert.Throws<MuedException>(() => Choose());
        Assert.Equal(("FolderUntrusted", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal(Beside, Choose(Beside).Path);
    }
}
