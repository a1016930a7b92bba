using System.Diagnostics;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Tests;

public class StatementTests
{
    private static string[] Split(string text)
    {
        var script = SqlScript.Parse(text, "a.sql");
        return [.. script.Statements.Select(script.TextOf)];
    }

    [Fact]
    public void A_statement_is_found_by_the_text_that_the_server_shows_of_it()
    {
        var name = new string('é', 600);
        var script = SqlScript.Parse($"SELECT 10; SELECT 1; SELECT '{name}1'; SELECT '{name}2'", "a.sql");

        Assert.Equal(0, script.IndexOf("SELECT 10"));
        Assert.Equal(1, script.IndexOf("SELECT 1"));
        Assert.Equal(2, script.IndexOf($"SELECT '{name[..500]}"));
        Assert.Equal(3, script.IndexOf($"SELECT '{name}2'"));
        Assert.Null(script.IndexOf("SELECT 100"));
        Assert.Null(script.IndexOf(""));
    }

    [Theory]
    [InlineData("CREATE TABLE t (id int)", true)]
    [InlineData("-- of users\nINSERT INTO t VALUES (1)", true)]
    [InlineData("update t SET id = 2", true)]
    [InlineData("TRUNCATE t", true)]
    [InlineData("SET LOCAL lock_timeout = 0", true)]
    [InlineData("REVOKE ALL ON t FROM PUBLIC", true)]
    [InlineData("SAVEPOINT s", false)]
    [InlineData("DO $$ BEGIN END $$", false)]
    [InlineData("SELECT f()", false)]
    [InlineData("WITH v AS (SELECT f()) DELETE FROM t", false)]
    public void What_may_open_a_subtransaction_by_itself_is_known(string statement, bool none) =>
        Assert.Equal(none, SqlCommand.OpensNoSubtransaction(statement));

    [Theory]
    [InlineData("-- of tenants\n", ";\n-- the end", true)]
    [InlineData("", "", true)]
    [InlineData("BEGIN; ", "; COMMIT;", false)]
    [InlineData("", "; SELECT 1", false)]
    public void A_script_that_is_one_large_statement_is_sent_without_a_copy(string before, string after, bool whole)
    {
        var statement = $"SELECT '{new string('x', 1 << 20)}', wrong";
        var script = SqlScript.Parse(before + statement + after, "a.sql");
        var sent = script.TextOf(script.Statements[0]);

        Assert.Equal(whole ? script.Text : statement, sent);
        Assert.Equal(whole, ReferenceEquals(script.Text, sent));
        Assert.Equal(0, script.IndexOf(sent[..500]));
        var place = script.Position(script.Text.IndexOf("wrong", StringComparison.Ordinal));
        Assert.Equal(place, script.Position(script.Statements[0], sent.IndexOf("wrong", StringComparison.Ordinal) + 1));
        Assert.Equal(script.Position(before.Length), script.Position(script.Statements[0], 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n ")]
    [InlineData(";")]
    [InlineData(" ; ;; -- nothing\n; /* nothing */ ;")]
    [InlineData("-- only a comment")]
    public void Empty_statements_are_none(string text) => Assert.Empty(Split(text));

    [Theory]
    [InlineData("SELECT 1; SELECT 2;")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("\uFEFFSELECT 1;; /* ; */ SELECT 2 -- ;\n")]
    [InlineData("-- it's\nSELECT 1 /* ' */ ;\r\nSELECT 2\r")]
    public void Statements_are_the_text_between_semicolons_without_the_space_and_comments_around(string text) =>
        Assert.Equal(["SELECT 1", "SELECT 2"], Split(text));

    [Theory]
    [InlineData("SELECT ';'")]
    [InlineData("SELECT 'a'';b'")]
    [InlineData("SELECT 'a\\'")]
    [InlineData("SELECT 'a\n;\nb'")]
    [InlineData("SELECT ''")]
    [InlineData("SELECT E'\\';'")]
    [InlineData("SELECT e'\\\\'")]
    [InlineData("SELECT E'a'';'")]
    [InlineData("SELECT E'a'\n'\\';'")]
    [InlineData("SELECT E'a' -- a comment\r\n -- another\r\n '\\';'")]
    [InlineData("SELECT 'a'\n'\\'")]
    [InlineData("SELECT E'a' '\\'")]
    [InlineData("SELECT E'a' /* not a line comment */\n'\\'")]
    [InlineData("SELECT U&'\\0041;'")]
    [InlineData("SELECT u&'d!0061t!+000061;' UESCAPE '!'")]
    [InlineData("SELECT B'01', X'1F;', N'a;'")]
    [InlineData("SELECT \"a;\"\"b;\"")]
    [InlineData("SELECT U&\"a;\"")]
    [InlineData("SELECT note'\\'")]
    public void Semicolons_in_literals_do_not_end_a_statement(string statement) =>
        Assert.Equal([statement, "SELECT 2"], Split(statement + ";SELECT 2"));

    [Theory]
    [InlineData("SELECT $$;$$")]
    [InlineData("SELECT $$'$$")]
    [InlineData("SELECT $a$ $$ ; $b$ $A$ $a$")]
    [InlineData("SELECT $b$ $a$b$")]
    [InlineData("SELECT $été_1$;$été_1$")]
    [InlineData("SELECT $_$;$_$")]
    [InlineData("SELECT a$b$, c$b$")]
    [InlineData("SELECT $1, $2$$;$$")]
    [InlineData("SELECT 1$$;$$")]
    [InlineData("SELECT é$$")]
    [InlineData("SELECT 1e5$a$")]
    [InlineData("SELECT 1_0$a$")]
    [InlineData("SELECT $1a$a$")]
    [InlineData("SELECT 1e5 $$;$$, 0x1F, 1_000.5e-3, .5, 1..2")]
    public void Dollar_quotes_end_at_their_own_tag(string statement) =>
        Assert.Equal([statement, "SELECT 2"], Split(statement + ";SELECT 2"));

    [Theory]
    [InlineData("SELECT 1 /* ; /* ; */ ; */")]
    [InlineData("SELECT 1 /**/")]
    [InlineData("SELECT 1 /*/ ; */")]
    [InlineData("SELECT 1 /* ' */")]
    [InlineData("SELECT 1 /***;***/")]
    [InlineData("SELECT 1 */* ; */ 2")]
    [InlineData("SELECT 1 +-- ;\n2")]
    [InlineData("SELECT 1 - -2")]
    [InlineData("SELECT 1 @-/* ; */ 2")]
    public void Comments_nest_and_end_operators(string statement) =>
        Assert.Equal([statement + " + 1", "SELECT 2"], Split(statement + " + 1; SELECT 2"));

    [Theory]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END")]
    [InlineData("create or replace procedure p() language sql begin /* */ atomic insert into t values (1); end")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END; END")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end, t.end, 2 case; SELECT 1 end; END")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ; ; SELECT (CASE WHEN a THEN b END); ; END")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END")]
    [InlineData("CREATE FUNCTION f(a begin) RETURNS int RETURN 1")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 1; END")]
    [InlineData("CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;)")]
    [InlineData("CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT a FROM t")]
    [InlineData("DO $$ BEGIN PERFORM 1; END $$")]
    public void Bodies_are_part_of_their_statement(string statement) =>
        Assert.Equal([statement, "SELECT 2"], Split(statement + ";SELECT 2"));

    [Fact]
    public void Begin_atomic_is_a_body_only_in_a_routine() =>
        Assert.Equal(
            ["CREATE TABLE begin (atomic int)", "SELECT begin atomic", "SELECT 1"],
            Split("CREATE TABLE begin (atomic int); SELECT begin atomic; SELECT 1;")
        );

    [Fact]
    public void Long_runs_of_one_character_take_linear_time()
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var text in new[] { "+", "-+", "/ *", "$a ", "(", "'' ", "'a' --\n", "\"\"", ";", "SELECT 1;", "\r\n", "$1", ".", "e'' " })
            SqlScript.Parse(string.Concat(Enumerable.Repeat(text, 100_000)), "a.sql");

        // Seconds on a busy machine; any of these in quadratic time takes minutes.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Offset_line_and_column_point_at_the_first_token()
    {
        var script = SqlScript.Parse("-- a\r\n  SELECT 1;\rSELECT '\n'; SELECT 3 ;\n\n\tSELECT 4", "a.sql");
        Assert.Equal([(2, 3), (3, 1), (4, 4), (6, 2)], script.Statements.Select(statement => (statement.Line, statement.Column)));
        Assert.All(script.Statements, statement => Assert.Equal((statement.Line, statement.Column), script.Position(statement.Offset)));
        Assert.Equal("SELECT 3", script.TextOf(script.Statements[2]));
    }

    [Fact]
    public void A_place_named_by_the_server_counts_characters()
    {
        var script = SqlScript.Parse("SELECT 1;\n  SELECT '😀é',\r\n  😀x;", "a.sql");
        var statement = script.Statements[1];
        Assert.Equal((2, 3), script.Position(statement, 0));
        Assert.Equal((2, 3), script.Position(statement, 1));
        Assert.Equal((2, 15), script.Position(statement, 12));
        Assert.Equal((3, 5), script.Position(statement, "SELECT '?é',\r\n  ?x".IndexOf('x', StringComparison.Ordinal) + 1));
        Assert.Equal((3, 6), script.Position(statement, 1000));
    }

    [Theory]
    [InlineData("insert INTO t VALUES (1)", "INSERT")]
    [InlineData("CREATE TEMP TABLE t ()", "CREATE TABLE")]
    [InlineData("create or replace function f() returns int return 1", "CREATE FUNCTION")]
    [InlineData("CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX")]
    [InlineData("ALTER MATERIALIZED VIEW v RENAME TO w", "ALTER MATERIALIZED VIEW")]
    [InlineData("DROP FOREIGN TABLE t", "DROP FOREIGN TABLE")]
    [InlineData("(SELECT 1)", "")]
    public void Commands_have_their_names(string text, string command)
    {
        var script = SqlScript.Parse(text, "a.sql");
        Assert.Equal(command, script.CommandOf(Assert.Single(script.Statements)));
    }

    [Theory]
    [InlineData("SET search_path = app", true)]
    [InlineData("reset all", true)]
    [InlineData("DISCARD ALL", true)]
    [InlineData("SELECT set_config('search_path', 'app', false)", true)]
    [InlineData("select pg_catalog.set_config('a.b', 'c', false)", true)]
    [InlineData("SET LOCAL search_path = app", false)]
    [InlineData("SET TRANSACTION READ ONLY", false)]
    [InlineData("SET CONSTRAINTS ALL IMMEDIATE", false)]
    [InlineData("SELECT app.set_config('a')", false)]
    [InlineData("SELECT 1", false)]
    public void What_sets_for_the_session_is_known(string statement, bool sets) =>
        Assert.Equal(sets, SqlCommand.SetsForTheSession(statement));
}
