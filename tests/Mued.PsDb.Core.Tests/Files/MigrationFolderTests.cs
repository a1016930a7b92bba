using Mued.PsDb.Files;

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
        Assert.Equal(
            "0002_b",
            Assert.Single(MigrationFolder.Read(folder, ["0001*"], allowDuplicateVersion: false).Files, file => !file.Excluded).Name
        );
    }

    [Fact]
    public void A_link_to_nothing_is_told()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.CreateSymbolicLink(Path.Combine(folder, "0001_a.sql"), Path.Combine(folder, "gone.sql"));
        Assert.Equal(
            "FileUnreadable",
            Assert.Throws<MuedException>(() => MigrationFolder.Read(folder, [], allowDuplicateVersion: false)).ErrorId
        );
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string name) => File.WriteAllText(Path.Combine(folder, name), "SELECT 1;");
}
