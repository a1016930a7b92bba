namespace Mued.PsDb.Tests;

public class TransactionNeedsTests
{
    [Theory]
    [InlineData("CREATE INDEX CONCURRENTLY i ON t (a)")]
    [InlineData("create unique /* */ index concurrently if not exists i on t (a)")]
    [InlineData("DROP INDEX CONCURRENTLY i")]
    [InlineData("REINDEX INDEX CONCURRENTLY i")]
    [InlineData("REINDEX (VERBOSE, CONCURRENTLY) TABLE t")]
    [InlineData("REINDEX (CONCURRENTLY true, TABLESPACE x) TABLE t")]
    [InlineData("REINDEX SCHEMA s")]
    [InlineData("REINDEX DATABASE d")]
    [InlineData("REINDEX (VERBOSE) SYSTEM d")]
    [InlineData("VACUUM")]
    [InlineData("VACUUM (FULL) t")]
    [InlineData("ALTER SYSTEM SET work_mem = '1MB'")]
    [InlineData("CREATE DATABASE d")]
    [InlineData("DROP DATABASE IF EXISTS d")]
    [InlineData("ALTER DATABASE d SET TABLESPACE x")]
    [InlineData("ALTER DATABASE d WITH TABLESPACE x")]
    [InlineData("CREATE TABLESPACE x LOCATION '/a'")]
    [InlineData("DROP TABLESPACE x")]
    [InlineData("CLUSTER")]
    [InlineData("CLUSTER VERBOSE")]
    [InlineData("CLUSTER (VERBOSE)")]
    [InlineData("DISCARD ALL")]
    [InlineData("ALTER TABLE IF EXISTS s.t DETACH PARTITION s.p CONCURRENTLY")]
    [InlineData("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p")]
    [InlineData("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (copy_data = false, create_slot = true)")]
    [InlineData("DROP SUBSCRIPTION s")]
    [InlineData("ALTER SUBSCRIPTION s REFRESH PUBLICATION")]
    [InlineData("ALTER SUBSCRIPTION s SET PUBLICATION p")]
    [InlineData("ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh)")]
    [InlineData("ALTER SUBSCRIPTION s SET (failover = true)")]
    public void What_postgresql_refuses_in_a_transaction_is_recognised(string text)
    {
        var script = SqlScript.Parse(text, "a.sql");
        Assert.Equal(ScriptMode.NonTransactional, Assert.Single(script.Statements).Mode);
        Assert.Equal(ScriptMode.NonTransactional, script.Mode);
    }

    [Theory]
    [InlineData("CREATE INDEX concurrent ON t (\"concurrently\")")]
    [InlineData("DROP INDEX \"CONCURRENTLY\"")]
    [InlineData("REINDEX TABLE t")]
    [InlineData("REINDEX (CONCURRENTLY off, VERBOSE) TABLE t")]
    [InlineData("ANALYZE")]
    [InlineData("ALTER DATABASE d SET work_mem = '1MB'")]
    [InlineData("ALTER DATABASE tablespace RENAME TO d")]
    [InlineData("CLUSTER t USING i")]
    [InlineData("CLUSTER VERBOSE t")]
    [InlineData("DISCARD PLANS")]
    [InlineData("ALTER TABLE t DETACH PARTITION p")]
    [InlineData("ALTER TABLE t DETACH PARTITION p FINALIZE")]
    [InlineData("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)")]
    [InlineData("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (slot_name = 'x', create_slot = 'off')")]
    [InlineData("ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION IF EXISTS s")]
    [InlineData("ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)")]
    [InlineData("ALTER SUBSCRIPTION s SET (two_phase = true)")]
    [InlineData("EXPLAIN SELECT 'VACUUM'")]
    [InlineData("CREATE TABLE vacuum (a int)")]
    public void Everything_else_runs_in_a_transaction(string text) =>
        Assert.Equal(ScriptMode.Transactional, SqlScript.Parse(text, "a.sql").Mode);

    [Fact]
    public void A_mixed_file_names_the_first_statement_of_each_kind()
    {
        var error = Assert.Throws<MuedException>(() => SqlScript.Parse("\nCREATE TABLE t (a int);\nVACUUM t;\nVACUUM;", "0001_a.sql"));
        Assert.Equal(("MixedTransactionNeeds", 3, 1), (error.ErrorId, error.Line, error.Column));
        Assert.Contains("VACUUM cannot run inside a transaction, but CREATE TABLE at line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 3", error.Advice, StringComparison.Ordinal);
        Assert.Contains("-- mued: transaction=none", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_non_transactional_statements_alone_needs_no_directive() =>
        Assert.Equal(2, SqlScript.Parse("DROP INDEX CONCURRENTLY i; CREATE INDEX CONCURRENTLY i ON t (a);", "a.sql").Statements.Count);

    [Theory]
    [InlineData("-- mued: transaction=none\nCREATE TABLE t (a int); VACUUM t;")]
    [InlineData("\uFEFF\r\n \t--MUED:Transaction=None  \r\nCREATE TABLE t (a int); VACUUM t;")]
    public void The_directive_makes_a_file_non_transactional(string text)
    {
        var script = SqlScript.Parse(text, "a.sql");
        Assert.Equal(ScriptMode.NonTransactional, script.Mode);
        Assert.Equal([ScriptMode.Transactional, ScriptMode.NonTransactional], script.Statements.Select(statement => statement.Mode));
    }

    [Theory]
    [InlineData("CALL p()", ScriptMode.NonTransactional)]
    [InlineData("DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$", ScriptMode.NonTransactional)]
    [InlineData("DO LANGUAGE plpython3u 'plpy.rollback()'", ScriptMode.NonTransactional)]
    [InlineData("do U&'begin c\\0061ll p(); end'", ScriptMode.NonTransactional)]
    [InlineData("REINDEX TABLE t", ScriptMode.NonTransactional)]
    [InlineData("CLUSTER t USING i", ScriptMode.NonTransactional)]
    [InlineData("DO $$ BEGIN UPDATE t SET a = 1; END $$", ScriptMode.Transactional)]
    [InlineData("SELECT call('commit')", ScriptMode.Transactional)]
    [InlineData("ALTER TYPE e ADD VALUE 'new'", ScriptMode.Transactional)]
    public void Where_a_file_says_so_what_may_forbid_a_transaction_runs_without(string text, ScriptMode mode)
    {
        Assert.Equal(ScriptMode.Transactional, Assert.Single(SqlScript.Parse(text, "a.sql").Statements).Mode);
        Assert.Equal(mode, Assert.Single(SqlScript.Parse("-- mued: transaction=none\n" + text, "a.sql").Statements).Mode);
    }

    [Fact]
    public void A_transaction_around_what_forbids_one_is_an_error()
    {
        var error = Assert.Throws<MuedException>(() => SqlScript.Parse("BEGIN;\nVACUUM;\nCOMMIT;", "a.sql"));
        Assert.Equal(("NonTransactionalInTransaction", 2), (error.ErrorId, error.Line));
    }

    [Theory]
    [InlineData("ALTER TYPE e ADD VALUE IF NOT EXISTS 'new' AFTER 'old'; INSERT INTO log VALUES ('new');")]
    [InlineData("CREATE TYPE e AS ENUM (); ALTER TYPE e ADD VALUE E'n\\u0065w'; SELECT 'new'::e;")]
    public void Only_the_server_knows_whether_a_text_is_the_new_label(string text)
    {
        var script = SqlScript.Parse(text, "a.sql");
        Assert.Equal(ScriptMode.Transactional, script.Mode);
        Assert.Equal(["new"], script.Labels);
    }

    [Theory]
    [InlineData(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS My_Index ON ONLY App.\"Users\" (a)",
        IndexOperation.Create,
        "app",
        "my_index",
        "Users"
    )]
    [InlineData("CREATE UNIQUE INDEX CONCURRENTLY \"a\"\"b\" ON t USING gin (a)", IndexOperation.Create, null, "a\"b", "t")]
    [InlineData("CREATE INDEX CONCURRENTLY ON t (a)", IndexOperation.Create, null, null, "t")]
    [InlineData("DROP INDEX CONCURRENTLY IF EXISTS db.s.I CASCADE", IndexOperation.Drop, "s", "i", null)]
    [InlineData("DROP INDEX CONCURRENTLY U&\"d!0061t!+000061\" UESCAPE '!'", IndexOperation.Drop, null, "data", null)]
    [InlineData("DROP INDEX CONCURRENTLY U&\"\\0441\\\\\"", IndexOperation.Drop, null, "с\\", null)]
    [InlineData("DROP INDEX CONCURRENTLY ÉTÉ", IndexOperation.Drop, null, "ÉtÉ", null)]
    [InlineData("REINDEX INDEX CONCURRENTLY s.i", IndexOperation.Reindex, "s", "i", null)]
    [InlineData("REINDEX (CONCURRENTLY) TABLE s.t", IndexOperation.Reindex, "s", null, "t")]
    [InlineData("REINDEX SCHEMA CONCURRENTLY s", IndexOperation.Reindex, null, null, null)]
    public void A_concurrent_index_is_named_as_the_catalog_names_it(
        string text,
        IndexOperation operation,
        string? schema,
        string? name,
        string? table
    ) => Assert.Equal(new ConcurrentIndex(operation, schema, name, table), SqlScript.Parse(text, "a.sql").Statements[0].Index);

    [Fact]
    public void Names_are_cut_to_63_bytes_between_characters()
    {
        var name = "a" + new string('é', 40);
        Assert.Equal("a" + new string('é', 31), SqlScript.Parse($"DROP INDEX CONCURRENTLY {name}", "a.sql").Statements[0].Index!.Name);
    }
}
