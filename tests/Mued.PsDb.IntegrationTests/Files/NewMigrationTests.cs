using System.Globalization;
using Mued.PsDb.Files;

namespace Mued.PsDb.Tests;

public sealed class NewMigrationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mued-new-").FullName;
    private readonly FixedClock clock = new();

    [Theory]
    [InlineData("", MigrationLayout.Plain, "0001_add_tenant.sql rollback_0001_add_tenant.sql")]
    [InlineData("0009_a.sql", MigrationLayout.Auto, "0010_add_tenant.sql rollback_0010_add_tenant.sql")]
    [InlineData("0099_a.sql rollback_0100_b.sql", MigrationLayout.Auto, "0101_add_tenant.sql rollback_0101_add_tenant.sql")]
    [InlineData("9.sql 10.sql", MigrationLayout.Auto, "11_add_tenant.sql rollback_11_add_tenant.sql")]
    [InlineData("1.2_a.sql", MigrationLayout.Auto, "1.3_add_tenant.sql rollback_1.3_add_tenant.sql")]
    [InlineData("20260131_a.sql", MigrationLayout.Auto, "20260301_add_tenant.sql rollback_20260301_add_tenant.sql")]
    [InlineData("20260301093000_a.sql", MigrationLayout.Auto, "20260301093001_add_tenant.sql rollback_20260301093001_add_tenant.sql")]
    [InlineData("", MigrationLayout.Pairs, "000001_add_tenant.up.sql 000001_add_tenant.down.sql")]
    [InlineData("000007_a.up.sql", MigrationLayout.Auto, "000008_add_tenant.up.sql 000008_add_tenant.down.sql")]
    [InlineData("", MigrationLayout.Goose, "00001_add_tenant.sql")]
    [InlineData("", MigrationLayout.Dbmate, "20260301093000_add_tenant.sql")]
    [InlineData("", MigrationLayout.SqlMigrate, "20260301093000-add_tenant.sql")]
    [InlineData("", MigrationLayout.Tern, "001_add_tenant.sql")]
    [InlineData("", MigrationLayout.NodePgMigrate, "1772357400000_add_tenant.sql")]
    [InlineData("1772357400000_a.sql", MigrationLayout.NodePgMigrate, "1772357401000_add_tenant.sql")]
    [InlineData("", MigrationLayout.Flyway, "V1__add_tenant.sql U1__add_tenant.sql")]
    [InlineData("V1__a.sql V1_9__b.sql R__c.sql", MigrationLayout.Auto, "V1.10__add_tenant.sql U1.10__add_tenant.sql")]
    [InlineData("", MigrationLayout.Diesel, "2026-03-01-093000_add_tenant/up.sql 2026-03-01-093000_add_tenant/down.sql")]
    public void The_next_version_is_written_as_the_folder_has_it(string files, MigrationLayout layout, string expected)
    {
        foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            File.WriteAllText(Path.Combine(folder, file), "SELECT 1;");
        var plan = Plan(layout);
        Assert.Equal(expected.Split(' '), plan.Files.Select(Name));
        Assert.All(plan.Files, file => Assert.False(File.Exists(file)));
        NewMigration.Write(plan);
        Assert.Equal(plan.Files, plan.Files.Where(File.Exists));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void What_is_written_is_read_as_the_newest_migration_of_the_folder_with_its_way_back(MigrationLayout layout)
    {
        foreach (var name in (string[])["first", "second"])
        {
            NewMigration.Write(Plan(layout, name));
            var read = MigrationFolder.Read(folder, [], allowDuplicateVersion: false, layout);
            Assert.EndsWith(name, read.Files[^1].Name, StringComparison.Ordinal);
            Assert.True(read.HasUndo(read.Files[^1]));
            Assert.Empty(read.Files[^1].Sql.Statements);
        }
    }

    public static TheoryData<MigrationLayout> Layouts { get; } =
    [.. LayoutFolder.All.Except([MigrationLayout.Prisma, MigrationLayout.Drizzle])];

    [Theory]
    [InlineData(MigrationLayout.Prisma, "add", "NewByTool", "npx prisma migrate dev --create-only --name add")]
    [InlineData(MigrationLayout.Drizzle, "add", "NewByTool", "npx drizzle-kit generate --custom --name add")]
    [InlineData(MigrationLayout.Plain, "../add", "NewNameWrong", "add_tenant")]
    [InlineData(MigrationLayout.Plain, "a;b", "NewNameWrong", "add_tenant")]
    [InlineData(MigrationLayout.Plain, " ", "NewNameWrong", "add_tenant")]
    public void What_cannot_be_written_is_refused_with_the_way_to_go(MigrationLayout layout, string name, string errorId, string advice)
    {
        var error = Assert.Throws<MuedException>(() => Plan(layout, name));
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_overwritten_and_nothing_left_behind()
    {
        var plan = Plan(MigrationLayout.Plain);
        File.WriteAllText(plan.Files[1], "mine");
        var error = Assert.Throws<MuedException>(() => NewMigration.Write(plan));
        Assert.Equal(("NewFileThere", true), (error.ErrorId, error.Message.Contains(plan.Files[1], StringComparison.Ordinal)));
        Assert.Equal("mine", File.ReadAllText(plan.Files[1]));
        Assert.False(File.Exists(plan.Files[0]));
    }

    [Fact]
    public void A_time_in_a_numbered_folder_is_asked_for()
    {
        File.WriteAllText(Path.Combine(folder, "0001_a.sql"), "SELECT 1;");
        var plan = NewMigration.Plan(
            new()
            {
                Path = folder,
                Name = "add tenant",
                Timestamp = true,
            },
            clock
        );
        Assert.Equal(("20260301093000", "20260301093000_add_tenant"), (plan.Version, plan.Name));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private NewMigrationReport Plan(MigrationLayout layout, string name = "add tenant") =>
        NewMigration.Plan(
            new()
            {
                Path = folder,
                Layout = layout,
                Name = name,
            },
            clock
        );

    private string Name(string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse("2026-03-01T09:30:00Z", CultureInfo.InvariantCulture);
    }
}
