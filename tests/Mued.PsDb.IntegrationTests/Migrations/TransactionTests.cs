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

    [Theory]
    [InlineData("CALL twice();", "2D000")]
    [InlineData("DO $$ BEGIN INSERT INTO done VALUES (1); COMMIT; INSERT INTO done VALUES (2); END $$;", "2D000")]
    [InlineData("REINDEX TABLE parts; INSERT INTO done VALUES (1), (2);", "25001")]
    public async Task What_forbids_a_transaction_by_what_the_catalog_says_runs_where_the_file_says_so(string sql, string refused)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE done (id int);
            CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
            CREATE PROCEDURE twice() LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO done VALUES (1); COMMIT; INSERT INTO done VALUES (2);
                ASSERT current_setting('lock_timeout') = '7s';
            END $$;
            """
        );
        using var set = new MigrationSet(("0001_a.sql", sql));
        var error = (await RunAsync(database, set.Options)).Error!;
        Assert.Equal(("TransactionForbidden", refused), (error.ErrorId, error.SqlState));
        Assert.Contains("-- mued: transaction=none", error.Advice, StringComparison.Ordinal);

        set.Write("0001_a.sql", "-- mued: transaction=none\nSET lock_timeout = '7s';\n" + sql);
        var report = await RunAsync(database, set.Options);
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal([1, 2], await database.ColumnAsync<int>("SELECT id FROM done ORDER BY id"));
        Assert.Equal(
            sql[0] == 'R' ? 0 : 1,
            report.Migrations[0].Notices.Count(notice => notice.Message.Contains("at least once", StringComparison.Ordinal))
        );
    }

    // The procedure commits and then fails, the first time; its next run would do the work twice.
    private const string Fails = "RAISE EXCEPTION 'half done'";
    private const string Dies = "PERFORM pg_terminate_backend(pg_backend_pid())";

    [Theory]
    [InlineData(Fails, null, "Again", 2)]
    [InlineData(Fails, null, "Done", 1)]
    [InlineData(Dies, null, "Done", 1)]
    [InlineData(Dies, "Again", null, 2)]
    public async Task A_procedure_that_was_begun_is_not_run_again_unasked(string end, string? first, string? second, int times)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            $"""
            CREATE TABLE done (id int);
            CREATE PROCEDURE work() LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO done VALUES (1);
                COMMIT;
                IF (SELECT count(*) FROM done) = 1 THEN {end}; END IF;
            END $$;
            """
        );
        using var set = new MigrationSet(
            ("0001_a.sql", "-- mued: transaction=none\nSELECT 1;\nCALL work();\nCREATE TABLE behind (id int);")
        );
        var report = await RunAsync(database, Resume(first));
        if (second is not null)
        {
            Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM done"));
            Assert.Contains("-Resume Again", report.Error!.Advice, StringComparison.Ordinal);
            Assert.Equal(MigrationStatus.Failed, report.Migrations[0].Status);
            var listed = (await MigrationRunner.GetStatusAsync(database.Settings, set.Options)).Migrations[0];
            Assert.Contains("number 2 was begun", listed.Remark, StringComparison.Ordinal);
            var asked = await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, set.Options));
            Assert.Equal(("MigrationInDoubt", ExitCode.Usage, 3), (asked.ErrorId, asked.ExitCode, asked.Line));
            Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM done"));
            report = await RunAsync(database, Resume(second));
        }

        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(times, await database.ScalarAsync<long>("SELECT count(*) FROM done"));
        Assert.True(await database.ScalarAsync<bool>("SELECT to_regclass('behind') IS NOT NULL"));
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set.Options)).Status);

        MigrationOptions Resume(string? choice) => set.Options with { Resume = choice is null ? null : Enum.Parse<ResumeChoice>(choice) };
    }

    [Fact]
    public async Task A_file_too_large_for_one_flight_is_one_transaction()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE many (id int)");
        var sql = string.Concat(Enumerable.Range(1, 5000).Select(i => $"INSERT INTO many VALUES ({i});\n"));
        using var set = new MigrationSet(("0001_many.sql", sql + "SELECT 1/0;\n"), ("0002_next.sql", "CREATE TABLE next (id int);"));
        var error = (await RunAsync(database, set.Options)).Error!;
        Assert.Equal(("22012", 5001), (error.SqlState, error.Line));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM many"));

        set.Write("0001_many.sql", sql);
        var report = await RunAsync(database, set.Options);
        Assert.Null(report.Error);
        Assert.All(report.Migrations, migration => Assert.True(migration.Duration > TimeSpan.Zero));
        Assert.Equal(5000, await database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text || id) FROM many"));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM many"));
    }

    private static string Format(string format, string value) => format.Replace("{0}", value, StringComparison.Ordinal);

    private static Task<MigrationReport> RunAsync(TestDatabase database, MigrationOptions options) =>
        MigrationRunner.RunAsync(database.Settings, options);
}
