namespace Mued.PsDb.Tests.Safety;

/// <summary>The migration test on the database itself, and the dry run, which is the same code.</summary>
public class OnTargetTests
{
    private const string Users = """
        CREATE TABLE users (id serial PRIMARY KEY, n int, name text);
        INSERT INTO users SELECT g, g, 'n' FROM generate_series(1, 20000) AS g; ANALYZE users;
        """;

    [Fact]
    public async Task The_database_shows_what_it_would_suffer_and_keeps_nothing_of_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Users);
        using var set = new MigrationSet(
            ("0001_type.sql", "ALTER TABLE users ALTER COLUMN n TYPE bigint;\nSELECT setval('users_id_seq', 70000);"),
            ("0002_index.sql", "CREATE UNIQUE INDEX CONCURRENTLY users_u ON users (id, n);"),
            ("0003_key.sql", "ALTER TABLE users ADD CONSTRAINT users_u UNIQUE USING INDEX users_u;"),
            ("0004_rows.sql", "UPDATE users SET n = 0 WHERE id = 5;\nUPDATE users SET n = 0;")
        );
        var before = await database.CatalogAsync();
        var report = await MigrationTest.RunAsync(database.Settings, new() { Migrations = set.Options, OnTarget = true });
        Assert.Null(report.Error);
        Assert.False(report.Passed);
        Assert.Equal(before, await database.CatalogAsync());
        Assert.Equal(
            [
                ("blocking-rewrite", "0001_type", 1),
                ("breaks-readers", "0001_type", 1),
                ("mass-write", "0004_rows", 2),
                ("not-rehearsed", "0002_index", 1),
                ("not-rehearsed", "0003_key", 1),
            ],
            Places(report.Findings)
        );
        var rewrite = report.Findings.Single(finding => finding.Rule == "blocking-rewrite");
        Assert.True(rewrite.EstimatedMilliseconds > 0);
        Assert.Equal(20_000, rewrite.Evidence.Rows);
        Assert.Contains(report.Warnings, warning => warning.Contains("public.users_id_seq", StringComparison.Ordinal));
        Assert.Contains(report.Warnings, warning => warning.Contains("20,001 rows", StringComparison.Ordinal));
        Assert.NotNull(report.Harm);

        var dry = await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = true });
        Assert.Equal(Places(report.Findings), Places(dry.Findings));
        Assert.Equal([true], dry.Migrations[0].Impacts.Select(impact => impact.Rewritten));
        Assert.Equal([1, 2], dry.Migrations[0].Trace.Select(statement => statement.Line));
        var text = new StringWriter();
        new TextReportWriter(width: 200).Write(ReportDocument.From(dry), text);
        Assert.Contains(
            "writes public.users anew; locks public.users (AccessExclusiveLock); rehearsed and rolled back",
            text.ToString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("SELECT 1;\nUPDATE users SET n = 1;\nSELECT 2;", "RehearsalTooLarge", 2)]
    [InlineData(
        "SELECT 1;\nDO $$ BEGIN FOR i IN 1..2000000000 LOOP INSERT INTO users (id) VALUES (-i); END LOOP; END $$;",
        "TooMuchWal",
        2
    )]
    public async Task What_writes_more_than_it_may_is_ended(string sql, string errorId, int line)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Users);
        using var set = new MigrationSet(("0001_rows.sql", sql));
        var options = new MigrationTestOptions
        {
            Migrations = set.Options,
            OnTarget = true,
            MaxRows = 10_000,
            MaxWal = 32 << 20,
        };
        var report = await MigrationTest.RunAsync(database.Settings, options);
        Assert.Equal((errorId, ExitCode.MigrationFailed, line), (report.Error?.ErrorId, report.Error?.ExitCode, report.Error?.Line));
        Assert.False(report.Passed);
        Assert.Equal(20_000, await database.ScalarAsync<long>("SELECT count(*) FROM users WHERE name = 'n' AND n = id"));
    }

    [Fact]
    public async Task A_file_that_comes_before_one_that_is_there_is_told()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0002_b.sql", "CREATE TABLE b (id bigint PRIMARY KEY);"));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        set.Write("0001_a.sql", "CREATE TABLE a (id bigint PRIMARY KEY);");
        var options = new MigrationTestOptions { Migrations = set.Options };
        foreach (
            var report in new[]
            {
                await MigrationTest.RunAsync(database.Settings, options),
                await MigrationTest.RunAsync(database.Settings, options with { OnTarget = true }),
                await MigrationTest.RunAsync(null, options with { New = ["0001_a"] }),
            }
        )
        {
            var finding = Assert.Single(report.Findings, finding => finding.Severity != FindingSeverity.Note);
            Assert.Equal(("order", "0001_a", 1), (finding.Rule, finding.Migration, finding.Line));
            Assert.Contains("0002_b", finding.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, false, "OnTargetWithBase")]
    [InlineData(false, true, "OnTargetWithoutTarget")]
    public async Task On_the_database_itself_there_is_no_other_base(bool basis, bool nowhere, string errorId)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "SELECT 1;"));
        var options = new MigrationTestOptions
        {
            Migrations = set.Options,
            OnTarget = true,
            Base = basis ? set.FileOf("0001_a.sql") : null,
        };
        var error = await Assert.ThrowsAsync<MuedException>(() => MigrationTest.RunAsync(nowhere ? null : database.Settings, options));
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    private static List<(string, string, int)> Places(IEnumerable<SafetyFinding> findings) =>
        [
            .. findings
                .Where(finding => finding.Rule is not ("no-undo" or "needs-analyze"))
                .Select(finding => (finding.Rule, finding.Migration, finding.Line ?? 0))
                .Order(),
        ];
}
