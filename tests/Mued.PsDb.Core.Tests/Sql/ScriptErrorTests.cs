namespace Mued.PsDb.Tests;

public class ScriptErrorTests
{
    private static MuedException Fail(string text)
    {
        var error = Assert.Throws<MuedException>(() => SqlScript.Parse(text, "0001_a.sql"));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Equal("0001_a.sql", error.File);
        Assert.NotEmpty(error.Advice);
        Assert.StartsWith($"0001_a.sql:{error.Line}:{error.Column}: ", error.Message, StringComparison.Ordinal);
        return error;
    }

    [Theory]
    [InlineData("SELECT 1;\n  SELECT 'a;", "UnterminatedString", 2, 10)]
    [InlineData("SELECT 'a''", "UnterminatedString", 1, 8)]
    [InlineData("SELECT E'a\\'", "UnterminatedString", 1, 8)]
    [InlineData("SELECT E'a\\", "UnterminatedString", 1, 8)]
    [InlineData("SELECT U&'a", "UnterminatedString", 1, 8)]
    [InlineData("SELECT 'a'\n'b", "UnterminatedString", 2, 1)]
    [InlineData("SELECT \"a", "UnterminatedIdentifier", 1, 8)]
    [InlineData("SELECT U&\"a\"\"", "UnterminatedIdentifier", 1, 8)]
    [InlineData("SELECT 1;\rSELECT $$ a", "UnterminatedDollarQuote", 2, 8)]
    [InlineData("SELECT $a$ $A$", "UnterminatedDollarQuote", 1, 8)]
    [InlineData("SELECT 1;\r\n /* /* */", "UnterminatedComment", 2, 2)]
    [InlineData("SELECT 1;\nSELECT \0", "NulCharacter", 2, 8)]
    [InlineData("\\i other.sql", "PsqlCommand", 1, 1)]
    [InlineData("SELECT 1\n\\gset\n", "PsqlCommand", 2, 1)]
    [InlineData("SELECT 1\\; SELECT 2;", "PsqlCommand", 1, 9)]
    [InlineData("SELECT 1;\nCOPY t (a, b) FROM stdin;\n1\t'\n\\.\n", "CopyFromStdin", 2, 1)]
    [InlineData("COPY t FROM STDIN WITH (FORMAT csv)", "CopyFromStdin", 1, 1)]
    [InlineData("COPY (SELECT a FROM stdin) TO STDOUT", "CopyToStdout", 1, 1)]
    [InlineData("SELECT 1;\n-- mued: transaction=none", "MisplacedDirective", 2, 1)]
    [InlineData("-- mued: transaction=off", "UnknownDirective", 1, 1)]
    [InlineData("\n  --mued:", "UnknownDirective", 2, 3)]
    public void What_a_migration_cannot_hold_is_an_error_with_its_place(string text, string errorId, int line, int column)
    {
        var error = Fail(text);
        Assert.Equal((errorId, line, column), (error.ErrorId, error.Line, error.Column));
    }

    [Theory]
    [InlineData("COPY t FROM 'stdin'")]
    [InlineData("COPY stdin TO '/a'")]
    [InlineData("COPY (SELECT a FROM stdin) TO PROGRAM 'cat'")]
    [InlineData("SELECT '\\i', E'\\\\', \"\\\", $$\\$$ /* \\ */ -- \\")]
    [InlineData("-- The mued: prefix counts at the start of a comment only.")]
    public void Look_alikes_are_no_errors(string text) => Assert.NotNull(SqlScript.Parse(text, "a.sql"));

    [Fact]
    public void A_psql_command_is_named() =>
        Assert.Contains("\\set is a command of psql", Fail("\\set x 1").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;", 2)]
    [InlineData("BEGIN;\nSELECT 1;", 1)]
    [InlineData("SELECT 1;\nCOMMIT;", 2)]
    [InlineData("BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;", 3)]
    [InlineData("BEGIN;\nBEGIN;\nCOMMIT;", 2)]
    [InlineData("BEGIN;\nCOMMIT;\nCOMMIT;", 2)]
    [InlineData("BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;", 3)]
    [InlineData("BEGIN;\nSELECT 1;\nROLLBACK;", 3)]
    [InlineData("start\ntransaction;", 1)]
    [InlineData("END", 1)]
    [InlineData("ABORT", 1)]
    [InlineData("ROLLBACK WORK AND NO CHAIN", 1)]
    [InlineData("PREPARE TRANSACTION 'a'", 1)]
    [InlineData("COMMIT PREPARED 'a'", 1)]
    [InlineData("ROLLBACK PREPARED 'a'", 1)]
    [InlineData("-- mued: transaction=none\nBEGIN;\nVACUUM;\nCOMMIT;", 2)]
    public void Transaction_control_is_an_error(string text, int line)
    {
        var error = Fail(text);
        Assert.Equal(("TransactionControl", line, 1), (error.ErrorId, error.Line, error.Column));
    }

    [Theory]
    [InlineData("SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE a")]
    [InlineData("PREPARE a AS SELECT 1; PREPARE transaction AS SELECT 1; DEALLOCATE a")]
    [InlineData("DO $$ BEGIN COMMIT; END $$; CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;")]
    public void Savepoints_prepared_statements_and_bodies_are_no_transaction_control(string text) =>
        Assert.Equal(ScriptMode.Transactional, SqlScript.Parse(text, "a.sql").Mode);

    [Theory]
    [InlineData("BEGIN; SELECT 1; COMMIT;")]
    [InlineData("-- a\nbegin work; SELECT 1; end transaction")]
    [InlineData("START TRANSACTION; SELECT 1;; COMMIT AND NO CHAIN;;")]
    public void A_transaction_around_the_whole_file_is_left_out_with_a_remark(string text)
    {
        var script = SqlScript.Parse(text, "a.sql");
        Assert.Equal("SELECT 1", script.TextOf(Assert.Single(script.Statements)));
        Assert.Single(script.Remarks);
        Assert.Equal(SqlScript.Parse("SELECT 1", "a.sql").SqlChecksum, script.SqlChecksum);
    }

    [Theory]
    [InlineData(
        "BEGIN ISOLATION LEVEL SERIALIZABLE, READ WRITE DEFERRABLE; SELECT 1; COMMIT;",
        "ISOLATION LEVEL SERIALIZABLE, READ WRITE, DEFERRABLE"
    )]
    [InlineData("start transaction isolation level repeatable read; SELECT 1; end", "ISOLATION LEVEL REPEATABLE READ")]
    [InlineData("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1", "ISOLATION LEVEL SERIALIZABLE")]
    [InlineData("SET LOCAL TRANSACTION NOT DEFERRABLE; SELECT 1", "NOT DEFERRABLE")]
    [InlineData(
        "BEGIN; SET lock_timeout = 0; SET transaction_isolation TO 'repeatable read'; SELECT 1; COMMIT",
        "ISOLATION LEVEL REPEATABLE READ"
    )]
    [InlineData("SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", null)]
    [InlineData("SET TRANSACTION SNAPSHOT 'a'; SELECT 1", null)]
    [InlineData("-- mued: transaction=none\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1", null)]
    [InlineData("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SELECT 1", null)]
    public void The_modes_of_that_transaction_become_those_of_ours(string text, string? modes)
    {
        var script = SqlScript.Parse(text, "a.sql");
        Assert.Equal(modes, script.TransactionModes);
        Assert.Equal(
            modes is not null,
            script.Statements.All(statement => !script.TextOf(statement).Contains("TRANSACTION", StringComparison.OrdinalIgnoreCase))
        );
        Assert.NotEqual(SqlScript.Parse("SELECT 1", "a.sql").SqlChecksum, script.SqlChecksum);
    }

    [Theory]
    [InlineData("BEGIN READ ONLY; SELECT 1; COMMIT;")]
    [InlineData("START TRANSACTION ISOLATION LEVEL SNAPSHOT; SELECT 1; COMMIT;")]
    [InlineData("SET TRANSACTION READ ONLY; SELECT 1;")]
    public void A_mode_in_which_no_migration_can_run_is_an_error(string text) => Assert.Equal("TransactionOptions", Fail(text).ErrorId);

    [Fact]
    public void What_forbids_a_transaction_cannot_have_its_modes() =>
        Assert.Equal("NonTransactionalInTransaction", Fail("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; VACUUM;").ErrorId);
}
