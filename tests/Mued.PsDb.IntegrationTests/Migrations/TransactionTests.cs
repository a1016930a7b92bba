namespace Mued.PsDb.Tests;

/// <summary>What a file needs of its transaction, and what only the server can tell of that.</summary>
public class TransactionTests
{
    [Theory]
    [InlineData("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; {0}")]
    [InlineData("SET lock_timeout = '1s'; SET transaction_isolation = 'serializable'; {0}")]
    [InlineData("BEGIN ISOLATION LEVEL SERIALIZABLE; {0} COMMIT;")]
    public async Task The_isolation_level_of_a_file_is_that_of_its_transaction_alone(string sql)
    {
        await using var database = await TestDatabase.CreateAsync();
        const string Look = "CREATE TABLE {0} AS SELECT current_setting('transaction_isolation') AS level;";
        using var set = new MigrationSet(("0001_a.sql", Format(sql, Format(Look, "a"))), ("0002_b.sql", Format(Look, "b")));
        Assert.Null((await RunAsync(database, set.Options with { DryRun = true })).Error);
        var report = await RunAsync(database, set.Options);
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(["serializable", "read committed"], await database.ColumnAsync<string>("TABLE a UNION ALL TABLE b"));
    }

    [Theory]
    [InlineData("INSERT INTO log VALUES ('new');", true)]
    [InlineData("DO $$ BEGIN INSERT INTO log VALUES ('new'); END $$;", true)]
    [InlineData("INSERT INTO felt VALUES ('new');", false)]
    public async Task Whether_a_text_is_the_label_that_the_file_adds_is_for_the_server_to_say(string use, bool taken)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TYPE mood AS ENUM ('old'); CREATE TABLE log (what text); CREATE TABLE felt (what mood)");
        var sql = "ALTER TYPE mood ADD VALUE 'new';\n" + use;
        using var set = new MigrationSet(("0001_a.sql", sql));
        foreach (var dryRun in new[] { true, false })
        {
            var report = await RunAsync(database, set.Options with { DryRun = dryRun });
            Assert.Equal(taken ? null : "55P04", report.Error?.SqlState);
            if (report.Error is not { } error)
                continue;
            Assert.Equal(("LabelNotCommitted", 2), (error.ErrorId, error.Line));
            Assert.Contains("-- mued: transaction=none", error.Advice, StringComparison.Ordinal);
        }

        if (taken)
            return;
        set.Write("0001_a.sql", "-- mued: transaction=none\n" + sql);
        Assert.Null((await RunAsync(database, set.Options)).Error);
        Assert.Equal("new", await database.ScalarAsync<string>("SELECT what::text FROM felt"));
    }

    private static string Format(string format, string value) => format.Replace("{0}", value, StringComparison.Ordinal);

    private static Task<MigrationReport> RunAsync(TestDatabase database, MigrationOptions options) =>
        MigrationRunner.RunAsync(database.Settings, options);
}
