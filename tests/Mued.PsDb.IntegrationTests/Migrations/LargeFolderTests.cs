using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>A folder of so many files that what each of them needs beside its own statements is prepared on the server.</summary>
public class LargeFolderTests
{
    private const int Files = 700;
    private const int Forgetful = 600;

    private const string Kept = "(SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql)";

    private const string EndWaiting = """
        SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        """;

    [Fact]
    public async Task What_every_file_needs_is_prepared_until_a_file_makes_the_server_forget()
    {
        await using var database = await TestDatabase.CreateAsync();
        var kept = await MigrateAsync(database, database.Settings);
        Assert.Equal(0, kept[0]);
        Assert.All(kept[1..(Forgetful - 1)], count => Assert.True(count > 0));
        Assert.All(kept[(Forgetful - 1)..], count => Assert.Equal(0, count));
    }

    [PgBouncerFact]
    public async Task Nothing_is_prepared_in_the_session_of_a_pooler()
    {
        await using var pooler = await PgBouncerServer.StartAsync(poolSize: 1);
        await using var database = await TestDatabase.CreateAsync();
        Assert.All(await MigrateAsync(database, TestConnection.SettingsFor(pooler.UrlOf(database.Name))), count => Assert.Equal(0, count));
    }

    [Theory]
    [InlineData("DEALLOCATE ALL")]
    [InlineData("VACUUM seen; DISCARD ALL")]
    public async Task A_file_that_runs_statement_by_statement_may_make_the_server_forget(string forget)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE seen (file int)");
        using var set = new MigrationSet();
        for (var file = 1; file < Forgetful; file++)
            set.Write($"{file:0000}_file.sql", $"INSERT INTO seen VALUES ({file});");
        var text =
            $"-- mued: transaction=none\nINSERT INTO seen VALUES ({Forgetful}); {forget}; INSERT INTO seen VALUES ({Forgetful + 1});";
        set.Write($"{Forgetful:0000}_file.sql", text);
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options);
        Assert.Null(report.Error);
        Assert.Equal(Enumerable.Range(1, Forgetful + 1), await database.ColumnAsync<int>("SELECT file FROM seen ORDER BY file"));
    }

    [Fact]
    public async Task A_session_that_the_server_ends_while_it_prepares_is_opened_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE seen (file int)");
        using var set = new MigrationSet();
        set.Write("0000_file.sql", "INSERT INTO seen VALUES (0);");
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        for (var file = 1; file < Forgetful; file++)
            set.Write($"{file:0000}_file.sql", $"INSERT INTO seen VALUES ({file});");

        // The history can be read, and what writes to it waits while it is parsed.
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var held = new NpgsqlCommand("LOCK TABLE mued_schema_history IN SHARE MODE", connection, transaction))
            await held.ExecuteNonQueryAsync();
        var run = MigrationRunner.RunAsync(database.Settings, set.Options);
        var ended = false;
        await Eventually.TrueAsync(async () => run.IsCompleted || (ended = await database.ScalarAsync<bool>(EndWaiting)));
        await transaction.RollbackAsync();
        var report = await run;
        Assert.True(ended, $"Nothing waited: {report.Error}");
        Assert.Null(report.Error);
        Assert.Contains(PostgresErrorCodes.AdminShutdown, report.Migrations[1].Attempts[0].Message);
        Assert.Equal(Enumerable.Range(0, Forgetful), await database.ColumnAsync<int>("SELECT file FROM seen ORDER BY file"));
    }

    /// <summary>Migrates, every file once, and returns how many prepared statements each file has seen.</summary>
    private static async Task<List<long>> MigrateAsync(TestDatabase database, ConnectionSettings settings)
    {
        await database.ExecuteAsync("CREATE TABLE seen (file int, kept bigint)");
        using var set = new MigrationSet();
        for (var file = 1; file <= Files; file++)
            set.Write($"{file:0000}_file.sql", $"INSERT INTO seen SELECT {file}, {Kept};" + (file == Forgetful ? "DEALLOCATE ALL;" : ""));
        var report = await MigrationRunner.RunAsync(settings, set.Options);
        Assert.Null(report.Error);
        Assert.Equal(Files, report.Migrations.Count(migration => migration.Status == MigrationStatus.Applied));
        Assert.Equal(Enumerable.Range(1, Files), await database.ColumnAsync<int>("SELECT file FROM seen ORDER BY file"));
        return [.. await database.ColumnAsync<long>("SELECT kept FROM seen ORDER BY file")];
    }
}
