using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Mued.PsDb.Migrations;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>The table of what a run does after a failure, without a server.</summary>
public class RecoveryTests
{
    private const string Unique = PostgresErrorCodes.UniqueViolation;
    private const string Locked = PostgresErrorCodes.LockNotAvailable;
    private const string Deadlock = PostgresErrorCodes.DeadlockDetected;
    private const string Forbidden = PostgresErrorCodes.InsufficientPrivilege;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Theory]
    // The history: who made it first shows when it is read again.
    [InlineData(nameof(BatchStage.CreateHistory), Unique, "Replan")]
    [InlineData(nameof(BatchStage.CreateHistory), PostgresErrorCodes.DuplicateTable, "Replan")]
    [InlineData(nameof(BatchStage.CreateHistory), PostgresErrorCodes.DuplicateObject, "Replan")]
    [InlineData(nameof(BatchStage.CreateHistory), PostgresErrorCodes.DuplicateSchema, "Fail untried")]
    [InlineData(nameof(BatchStage.CreateHistory), Forbidden, "Fail untried")]
    [InlineData(nameof(BatchStage.CreateHistory), Locked, "Retry")]
    // The claim: another runner was first, or is at work.
    [InlineData(nameof(BatchStage.Claim), Unique, "Replan")]
    [InlineData(nameof(BatchStage.Claim), Locked, "Wait 0 s for another session")]
    [InlineData(nameof(BatchStage.Claim), Deadlock, "Retry")]
    [InlineData(nameof(BatchStage.Claim), Forbidden, "Fail untried")]
    [InlineData(nameof(BatchStage.Claim), PostgresErrorCodes.DuplicateTable, "Fail untried")]
    // The migration: what passes is tried again, and no race can be lost.
    [InlineData(nameof(BatchStage.Statement), Locked, "Retry")]
    [InlineData(nameof(BatchStage.Statement), Deadlock, "Retry")]
    [InlineData(nameof(BatchStage.Statement), PostgresErrorCodes.AdminShutdown, "Retry")]
    [InlineData(nameof(BatchStage.Statement), Unique, "Fail")]
    [InlineData(nameof(BatchStage.Statement), PostgresErrorCodes.SyntaxError, "Fail")]
    [InlineData(nameof(BatchStage.Statement), PostgresErrorCodes.QueryCanceled, "Fail")]
    [InlineData(nameof(BatchStage.Finish), Forbidden, "Fail")]
    [InlineData(nameof(BatchStage.Finish), Locked, "Retry")]
    [InlineData(nameof(BatchStage.Commit), PostgresErrorCodes.ForeignKeyViolation, "Fail")]
    [InlineData(nameof(BatchStage.Commit), PostgresErrorCodes.SerializationFailure, "Retry")]
    public void A_refusal_of_the_server_is_answered(string stage, string sqlState, string expected) =>
        Assert.Equal(expected, Decide(Failure(Enum.Parse<BatchStage>(stage), Server(sqlState))));

    [Theory]
    [InlineData(nameof(BatchStage.CreateHistory))]
    [InlineData(nameof(BatchStage.Claim))]
    public void The_same_race_is_not_lost_twice(string stage)
    {
        var failure = Failure(Enum.Parse<BatchStage>(stage), Server(Unique));
        Assert.Equal("Fail untried", Decide(failure, lostRace: failure.Place));
        Assert.Equal("Replan", Decide(failure, lostRace: ("another", failure.Stage)));
    }

    [Fact]
    public void A_row_that_the_plan_knew_is_waited_for()
    {
        var failure = Failure(BatchStage.Claim, Server(Unique), held: true);
        Assert.Equal("Wait 1 s for host (7)", Decide(failure));
        Assert.Equal("Wait 1 s for host (7)", Decide(failure, lostRace: failure.Place));
    }

    [Fact]
    public void A_lease_is_waited_for() =>
        Assert.Equal("Wait 1 s for host (8)", Decide(Failure(BatchStage.Claim, new LeaseHeldException("host (8)"))));

    [Fact]
    public void Who_holds_the_lock_is_named()
    {
        var blocker = new Blocker(42, "psql", null, null, [], null);
        Assert.Equal("Wait 0 s for pid 42 (psql)", Decide(Failure(BatchStage.Claim, Server(Locked)) with { Blockers = [blocker] }));
    }

    [Fact]
    public void Waiting_ends_and_is_only_for_other_runners()
    {
        var failure = Failure(BatchStage.Claim, new LeaseHeldException("host (8)"));
        Assert.Equal("Wait 1 s for host (8)", Decide(failure, waited: Patience - TimeSpan.FromTicks(1)));
        Assert.Equal("Give up on host (8)", Decide(failure, waited: Patience));
        Assert.Equal("Retry", Decide(Failure(BatchStage.Statement, Server(Locked)), waited: Patience));
    }

    [Theory]
    [InlineData(true, "Afresh")]
    [InlineData(false, "Fail")]
    public void What_was_prepared_and_is_gone_is_done_without(bool prepared, string expected) =>
        Assert.Equal(
            expected,
            Decide(Failure(BatchStage.Finish, Server(PostgresErrorCodes.InvalidSqlStatementName)) with { Prepared = prepared })
        );

    [Theory]
    [InlineData("pg_namespace", "Retry")]
    [InlineData("pg_largeobject_metadata", "Fail")]
    public void A_race_for_a_catalog_is_run_again_and_a_number_that_is_taken_is_not(string catalog, string expected)
    {
        var cause = new PostgresException("x", "ERROR", "ERROR", Unique, schemaName: "pg_catalog", tableName: catalog);
        Assert.Equal(expected, Decide(Failure(BatchStage.Statement, cause)));
    }

    [Fact]
    public void A_broken_connection_is_made_again()
    {
        Assert.Equal("Retry", Decide(Failure(BatchStage.Unknown, new NpgsqlException("x", new EndOfStreamException()))));
        Assert.Equal("Retry", Decide(Failure(BatchStage.Unknown, new IOException())));
        Assert.Equal("Fail", Decide(Failure(BatchStage.Unknown, new NpgsqlException("x"))));
    }

    private static string Decide(BatchFailure failure, TimeSpan waited = default, (string, BatchStage)? lostRace = null) =>
        Recovery.After(failure, new(waited, Patience, lostRace)) switch
        {
            Recovery.Wait wait => $"Wait {wait.Pause.TotalSeconds} s for {wait.Other}",
            Recovery.GiveUp end => $"Give up on {end.Other}",
            Recovery.Replan replan when replan.Race == failure.Place => "Replan",
            Recovery.Fail { Tried: false } => "Fail untried",
            var other => other.GetType().Name,
        };

    private static PostgresException Server(string sqlState) => new("x", "ERROR", "ERROR", sqlState);

    private static BatchFailure Failure(BatchStage stage, Exception cause, bool held = false)
    {
        const string Path = "/migrations/1_a.sql";
        var file = new MigrationFile("1_a", MigrationVersion.Parse("1", "name"), Path, SqlScript.Parse("SELECT 1", Path));
        var row = new HistoryRow(
            file.Name,
            file.Version.Text,
            HistoryTable.MigrationKind,
            Guid.NewGuid(),
            file.Sql.TextChecksum,
            file.Sql.SqlChecksum,
            Statements: 1,
            StatementsDone: 0,
            "host (7)",
            "postgres",
            DateTimeOffset.UnixEpoch,
            FinishedAt: null,
            Leased: true
        );
        return new(cause, stage, new(file, PlanAction.Apply, null, held ? row : null), null);
    }
}
