using System.Diagnostics;

namespace Mued.PsDb.Tests;

public sealed class MigrationFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mued-folder-").FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_files_with_one_base_name_are_refused(bool allowDuplicateVersion)
    {
        Write("0001_a.sql");
        Write("0001_a.SQL");
        if (Directory.GetFiles(folder).Length < 2)
            return;
        var error = Assert.Throws<MuedException>(() => MigrationFolder.Read(folder, [], allowDuplicateVersion));
        Assert.Equal(("MigrationNameDuplicate", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains("0001_a.sql", error.Message, StringComparison.Ordinal);
        Assert.Contains("0001_a.SQL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_with_one_base_name_may_both_be_excluded()
    {
        Write("0001_a.sql");
        Write("0001_a.SQL");
        Write("0002_b.sql");
        Assert.Equal("0002_b", Assert.Single(MigrationFolder.Read(folder, ["0001*"], allowDuplicateVersion: false).Files, file => !file.Excluded).Name);
    }

    [Fact]
    public void What_is_no_regular_file_is_ignored_and_not_opened()
    {
        if (OperatingSystem.IsWindows())
            return;
        Write("0001_a.sql");
        File.WriteAllText(Path.Combine(folder, "0002_empty.sql"), "");
        File.CreateSymbolicLink(Path.Combine(folder, "0003_link.sql"), Path.Combine(folder, "0001_a.sql"));
        Directory.CreateDirectory(Path.Combine(folder, "0004_folder.sql"));
        using (var mkfifo = Process.Start("mkfifo", Path.Combine(folder, "0005_pipe.sql")))
            mkfifo.WaitForExit();
        File.CreateSymbolicLink(Path.Combine(folder, "0006_pipe.sql"), Path.Combine(folder, "0005_pipe.sql"));
        File.CreateSymbolicLink(Path.Combine(folder, "0007_device.sql"), "/dev/zero");
        var read = MigrationFolder.Read(folder, [], allowDuplicateVersion: false);
        Assert.Equal(["0001_a", "0002_empty", "0003_link"], read.Files.Select(file => file.Name));
        Assert.Equal(["0004_folder.sql/", "0005_pipe.sql", "0006_pipe.sql", "0007_device.sql"], read.Ignored);
    }

    [Fact]
    public void A_link_to_nothing_is_told()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.CreateSymbolicLink(Path.Combine(folder, "0001_a.sql"), Path.Combine(folder, "gone.sql"));
        Assert.Equal("FileUnreadable", Assert.Throws<MuedException>(() => MigrationFolder.Read(folder, [], allowDuplicateVersion: false)).ErrorId);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string name) => File.WriteAllText(Path.Combine(folder, name), "SELECT 1;");
}
