using Mued.PsDb.Files;

namespace Mued.PsDb.Tests;

/// <summary>The SQL inside the engine, and the files of the repository from which it is taken.</summary>
public class BundledSqlTests
{
    [Fact]
    public void The_bundled_migrations_are_the_files_of_the_repository()
    {
        var files = Directory.GetFiles(Repository.PathOf("sql/migrations")).Order(StringComparer.Ordinal).ToList();
        var bundled = BundledSql.FilesOf(BundledSql.Migrations)!.Order(StringComparer.Ordinal).ToList();
        Assert.Equal(files.Select(Path.GetFileName), bundled.Select(Path.GetFileName));
        Assert.Equal(files.Select(File.ReadAllBytes), bundled.Select(BundledSql.ReadAllBytes));
    }

    [Theory]
    [InlineData("schema/phase2.json")]
    [InlineData("sandbox/base.sql")]
    public void The_expected_schema_and_the_base_tables_are_too(string file) =>
        Assert.Equal(File.ReadAllBytes(Repository.PathOf("sql/" + file)), BundledSql.ReadAllBytes("bundled:" + file));

    [Fact]
    public void A_bundled_folder_reads_like_one_of_the_disk()
    {
        var (bundled, disk) = (Read(BundledSql.Migrations), Read(Repository.PathOf("sql/migrations")));
        Assert.Equal(
            disk.Files.Select(file => (file.Name, file.Sql.TextChecksum)),
            bundled.Files.Select(file => (file.Name, file.Sql.TextChecksum))
        );
        Assert.Equal(disk.Rollbacks.Select(file => file.Name), bundled.Rollbacks.Select(file => file.Name));
        Assert.Equal(BundledSql.Migrations + "/0006_add_rag_metrics.sql", bundled.Files[0].Path);

        static MigrationFolder Read(string path) => MigrationFolder.Read(path, [], allowDuplicateVersion: false);
    }

    [Fact]
    public void A_bundled_file_that_is_none_is_told_like_one_of_the_disk() =>
        Assert.Equal("SnapshotNotFound", Assert.Throws<MuedException>(() => SnapshotFile.Load("bundled:schema/none.json")).ErrorId);
}
