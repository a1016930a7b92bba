namespace Mued.PsDb.Tests.Safety;

/// <summary>Migrations and what the rules say of them: warnings and errors, not notes. Hazards, and what only looks like them.</summary>
internal sealed record SafetyCase(string Name, string Rules, params IReadOnlyList<string> Files)
{
    /// <summary>
    /// The tables: large, without a key, partitioned, to be attached, small, referred to, empty; a view, and materialized views over much
    /// and over little.
    /// </summary>
    public const string Tables = """
        CREATE TABLE big (id bigint PRIMARY KEY, n int, m int NOT NULL DEFAULT 0, email text, note varchar(50), ref bigint, at timestamptz,
            CONSTRAINT big_kept CHECK (id IS NOT NULL));
        CREATE INDEX big_email ON big (email);
        CREATE TABLE big2 (id bigint PRIMARY KEY, n int);
        CREATE TABLE nokey (id bigint NOT NULL, n int);
        CREATE TABLE parted (id bigint NOT NULL, n int) PARTITION BY RANGE (id);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (600000);
        CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (600000) TO (700000);
        CREATE TABLE apart (id bigint NOT NULL, n int);
        CREATE TABLE small (id bigint PRIMARY KEY, n int, m int NOT NULL DEFAULT 0, email text);
        CREATE TABLE parent (id bigint PRIMARY KEY);
        CREATE TABLE empty (id bigint PRIMARY KEY);
        CREATE VIEW seen AS SELECT id, n FROM small;
        CREATE MATERIALIZED VIEW sums AS SELECT sum(id) FROM big;
        CREATE MATERIALIZED VIEW few AS SELECT sum(id) FROM small;
        """;

    private static readonly HashSet<string> BlockingRules =
    [
        "blocking-rewrite",
        "blocking-scan",
        "blocking-index-build",
        "volatile-default",
        "lock-held-long",
        "mass-write",
    ];

    public static IReadOnlyList<SafetyCase> All { get; } =
    [
        new("int to bigint", "blocking-rewrite breaks-readers", "ALTER TABLE big ALTER COLUMN n TYPE bigint"),
        new("int to text by an expression", "blocking-rewrite breaks-readers", "ALTER TABLE big ALTER COLUMN n TYPE text USING n::text"),
        new("stored generated column", "blocking-rewrite", "ALTER TABLE big ADD COLUMN twice int GENERATED ALWAYS AS (m * 2) STORED"),
        new("unlogged", "blocking-rewrite", "ALTER TABLE nokey SET UNLOGGED"),
        new("type of a partitioned table", "blocking-rewrite breaks-readers", "ALTER TABLE parted ALTER COLUMN n TYPE bigint"),
        new("shorter varchar", "blocking-rewrite", "ALTER TABLE big ALTER COLUMN note TYPE varchar(20)"),
        new(
            "timestamp without zone",
            "blocking-rewrite breaks-readers",
            "SET TimeZone = 'Asia/Tokyo'; ALTER TABLE big ALTER COLUMN at TYPE timestamp"
        ),
        new("cluster", "blocking-rewrite", "CLUSTER big USING big_pkey"),
        new(
            "rewrite in a function",
            "blocking-rewrite breaks-readers",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE big ALTER COLUMN n TYPE bigint'; END $$"
        ),
        new("int to bigint of a small table", "breaks-readers", "ALTER TABLE small ALTER COLUMN m TYPE bigint"),
        new(
            "int to bigint of a new table",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);ALTER TABLE fresh ALTER COLUMN n TYPE bigint"
        ),
        new(
            "int to bigint of a table of the file before",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);",
            "ALTER TABLE fresh ALTER COLUMN n TYPE bigint"
        ),
        new("longer varchar", "", "ALTER TABLE big ALTER COLUMN note TYPE varchar(100)"),
        new("varchar to text", "", "ALTER TABLE big ALTER COLUMN note TYPE text"),
        new("column", "", "ALTER TABLE big ADD COLUMN x int"),
        new("column with a constant", "", "ALTER TABLE big ADD COLUMN x int NOT NULL DEFAULT 5"),
        new("default", "", "ALTER TABLE big ALTER COLUMN n SET DEFAULT 3"),
        new("storage parameter", "", "ALTER TABLE big SET (fillfactor = 80)"),
        new("statistics target", "", "ALTER TABLE big ALTER COLUMN n SET STATISTICS 500"),
        new("timestamp without zone in UTC", "", "SET TimeZone = 'UTC'; ALTER TABLE big ALTER COLUMN at TYPE timestamp"),
        new("check", "blocking-scan", "ALTER TABLE big ADD CONSTRAINT positive CHECK (m >= 0)"),
        new("not null", "blocking-scan breaks-writers", "ALTER TABLE big ALTER COLUMN n SET NOT NULL"),
        new("foreign key", "blocking-scan foreign-key-without-index", "ALTER TABLE big ADD FOREIGN KEY (ref) REFERENCES parent"),
        new("foreign key of an indexed column", "blocking-scan", "ALTER TABLE big ADD FOREIGN KEY (id) REFERENCES big2"),
        new("attach", "blocking-scan", "ALTER TABLE parted ATTACH PARTITION apart FOR VALUES FROM (1000000) TO (2000000)"),
        new("check of a partitioned table", "blocking-scan", "ALTER TABLE parted ADD CONSTRAINT positive CHECK (n >= 0)"),
        new("column with a check", "blocking-scan", "ALTER TABLE big ADD COLUMN x int CHECK (x > 0)"),
        new("refresh", "blocking-scan", "REFRESH MATERIALIZED VIEW sums"),
        new("check in a function", "blocking-scan", "DO $$ BEGIN ALTER TABLE big ADD CONSTRAINT positive CHECK (m >= 0); END $$"),
        new(
            "two checks",
            "blocking-scan",
            "ALTER TABLE big ADD CONSTRAINT a CHECK (m >= 0); ALTER TABLE big ADD CONSTRAINT b CHECK (n >= 0)"
        ),
        new(
            "check in two steps",
            "",
            "ALTER TABLE big ADD CONSTRAINT positive CHECK (m >= 0) NOT VALID",
            "ALTER TABLE big VALIDATE CONSTRAINT positive"
        ),
        new("check of a small table", "", "ALTER TABLE small ADD CONSTRAINT positive CHECK (m >= 0)"),
        new(
            "check of a new table",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);ALTER TABLE fresh ADD CONSTRAINT positive CHECK (m >= 0)"
        ),
        new(
            "not null in three steps",
            "",
            "ALTER TABLE big ADD CONSTRAINT there CHECK (n IS NOT NULL) NOT VALID",
            "ALTER TABLE big VALIDATE CONSTRAINT there",
            "ALTER TABLE big ALTER COLUMN n SET NOT NULL; ALTER TABLE big DROP CONSTRAINT there"
        ),
        new(
            "foreign key in two steps",
            "",
            "ALTER TABLE big ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES big2 NOT VALID",
            "ALTER TABLE big VALIDATE CONSTRAINT fk"
        ),
        new(
            "foreign key of a new table",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);ALTER TABLE fresh ADD FOREIGN KEY (id) REFERENCES big"
        ),
        new("foreign key of a small table", "", "ALTER TABLE small ADD FOREIGN KEY (id) REFERENCES big"),
        new("foreign key of a new column", "", "ALTER TABLE small ADD COLUMN b bigint REFERENCES big"),
        new(
            "attach what is proven",
            "",
            "ALTER TABLE apart ADD CONSTRAINT part CHECK (id IS NOT NULL AND id >= 1000000 AND id < 2000000) NOT VALID",
            "ALTER TABLE apart VALIDATE CONSTRAINT part",
            "ALTER TABLE parted ATTACH PARTITION apart FOR VALUES FROM (1000000) TO (2000000)"
        ),
        new("new partition", "", "CREATE TABLE part_9 PARTITION OF parted FOR VALUES FROM (9000000) TO (9100000)"),
        new(
            "trigger",
            "",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE UPDATE ON big FOR EACH ROW EXECUTE FUNCTION f()"
        ),
        new("comment and grant", "", "COMMENT ON TABLE big IS 'x'; GRANT SELECT ON big TO PUBLIC"),
        new("refresh of little", "", "REFRESH MATERIALIZED VIEW few"),
        new("query", "", "SELECT count(*) FROM big"),
        new("index", "blocking-index-build", "CREATE INDEX ON big (n)"),
        new("unique index", "blocking-index-build", "CREATE UNIQUE INDEX ON big (id, n)"),
        new("unique constraint", "blocking-index-build", "ALTER TABLE big ADD UNIQUE (id, n)"),
        new("exclusion constraint", "blocking-index-build", "ALTER TABLE big ADD EXCLUDE USING btree (id WITH =)"),
        new("primary key", "blocking-index-build", "ALTER TABLE nokey ADD PRIMARY KEY (id)"),
        new("index of a partitioned table", "blocking-index-build", "CREATE INDEX ON parted (n)"),
        new("reindex of a table", "blocking-index-build", "REINDEX TABLE big"),
        new("reindex of an index", "blocking-index-build", "REINDEX INDEX big_pkey"),
        new("index over an expression", "blocking-index-build", "CREATE INDEX ON big (lower(email))"),
        new("partial index", "blocking-index-build", "CREATE INDEX ON big (n) WHERE n < 0"),
        new("index concurrently", "", "CREATE INDEX CONCURRENTLY ON big (n)"),
        new("index of a small table", "", "CREATE INDEX ON small (n)"),
        new("index of a new table", "", "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);CREATE INDEX ON fresh (n)"),
        new(
            "unique in two steps",
            "",
            "CREATE UNIQUE INDEX CONCURRENTLY big_u ON big (id, n)",
            "ALTER TABLE big ADD CONSTRAINT big_u UNIQUE USING INDEX big_u"
        ),
        new("dropped index", "", "DROP INDEX big_email"),
        new("dropped index concurrently", "", "DROP INDEX CONCURRENTLY big_email"),
        new("reindex concurrently", "", "REINDEX INDEX CONCURRENTLY big_pkey"),
        new("renamed index", "", "ALTER INDEX big_email RENAME TO big_mail"),
        new("index on the parent only", "invalid-index-left", "CREATE INDEX i ON ONLY parted (n)"),
        new("random default", "volatile-default", "ALTER TABLE big ADD COLUMN r float8 DEFAULT random()"),
        new("uuid default", "volatile-default", "ALTER TABLE big ADD COLUMN u uuid DEFAULT gen_random_uuid()"),
        new("serial column", "volatile-default", "ALTER TABLE big ADD COLUMN s bigserial"),
        new("identity column", "volatile-default", "ALTER TABLE big ADD COLUMN i bigint GENERATED ALWAYS AS IDENTITY"),
        new("clock default", "volatile-default", "ALTER TABLE big ADD COLUMN c timestamptz DEFAULT clock_timestamp()"),
        new("random default of a small table", "", "ALTER TABLE small ADD COLUMN r float8 DEFAULT random()"),
        new(
            "random default of a new table",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);ALTER TABLE fresh ADD COLUMN r float8 DEFAULT random()"
        ),
        new("default of one time", "", "ALTER TABLE big ADD COLUMN c timestamptz DEFAULT now()"),
        new("random default afterwards", "", "ALTER TABLE big ADD COLUMN r float8; ALTER TABLE big ALTER COLUMN r SET DEFAULT random()"),
        new("column and its values", "lock-held-long mass-write", "ALTER TABLE big ADD COLUMN x int; UPDATE big SET x = 1"),
        new("small lock, large update", "lock-held-long mass-write", "ALTER TABLE small ADD COLUMN x int; UPDATE big SET m = 1"),
        new(
            "small lock, large query",
            "lock-held-long",
            "LOCK TABLE small IN ACCESS EXCLUSIVE MODE; CREATE TABLE copy AS SELECT * FROM big"
        ),
        new(
            "small trigger, large index",
            "blocking-index-build lock-held-long",
            "CREATE TRIGGER t BEFORE UPDATE ON small FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); CREATE INDEX ON big (n)"
        ),
        new(
            "not valid and validated at once",
            "lock-held-long",
            "ALTER TABLE big ADD CONSTRAINT positive CHECK (m >= 0) NOT VALID; ALTER TABLE big VALIDATE CONSTRAINT positive"
        ),
        new(
            "view, then a large query",
            "lock-held-long",
            "CREATE OR REPLACE VIEW seen AS SELECT id, n FROM small WHERE n > 1; CREATE TABLE copy AS SELECT * FROM big"
        ),
        new(
            "renamed and copied",
            "breaks-readers lock-held-long",
            "ALTER TABLE small RENAME COLUMN m TO mm; CREATE TABLE copy AS SELECT * FROM big"
        ),
        new(
            "foreign key and a large query",
            "lock-held-long",
            "ALTER TABLE small ADD FOREIGN KEY (id) REFERENCES parent; CREATE TABLE copy AS SELECT * FROM big"
        ),
        new("small lock, small update", "", "ALTER TABLE small ADD COLUMN x int; UPDATE small SET x = 1"),
        new("lock behind the work", "", "CREATE TABLE copy AS SELECT * FROM big; ALTER TABLE small ADD COLUMN x int"),
        new("work in the next file", "", "ALTER TABLE small ADD COLUMN x int", "CREATE TABLE copy AS SELECT * FROM big"),
        new("lock and a row", "", "ALTER TABLE big ADD COLUMN x int; UPDATE big SET x = 1 WHERE id = 5"),
        new("lock and a short query", "", "ALTER TABLE big ADD COLUMN x int; SELECT * FROM big WHERE id = 5"),
        new("weak lock, large query", "", "COMMENT ON TABLE small IS 'x'; CREATE TABLE copy AS SELECT * FROM big"),
        new(
            "new table, large query",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);INSERT INTO fresh SELECT id, n, m, email FROM big"
        ),
        new("update", "mass-write", "UPDATE big SET m = m + 1"),
        new("update of many", "mass-write", "UPDATE big SET m = 1 WHERE n IS NOT NULL"),
        new("delete", "data-loss mass-write", "DELETE FROM big WHERE n >= 0"),
        new("update in a function", "mass-write", "DO $$ BEGIN UPDATE big SET m = m + 1; END $$"),
        new("update by a join", "mass-write", "UPDATE big SET m = 2 FROM big2 WHERE big2.id = big.id"),
        new("update with a CTE", "mass-write", "WITH u AS (UPDATE big SET m = 3 RETURNING id) SELECT count(*) FROM u"),
        new("update of a row", "", "UPDATE big SET m = 1 WHERE id = 5"),
        new("update of a range", "", "UPDATE big SET m = 1 WHERE id BETWEEN 1 AND 10"),
        new("update of a small table", "", "UPDATE small SET m = 1"),
        new("insert of a row", "", "INSERT INTO big (id) VALUES (-1)"),
        new("delete of a row", "", "DELETE FROM big WHERE id = 5"),
        new("update of some", "", "UPDATE big SET m = 1 WHERE id IN (1, 2, 3)"),
        new("insert from a query", "", "INSERT INTO big (id) SELECT -id FROM small"),
        new("two tables", "several-strong-locks", "ALTER TABLE small ADD COLUMN x int; ALTER TABLE parent ADD COLUMN x int"),
        new("large and small table", "several-strong-locks", "ALTER TABLE big ADD COLUMN x int; ALTER TABLE small ADD COLUMN x int"),
        new(
            "table and view",
            "several-strong-locks",
            "ALTER TABLE parent ADD COLUMN x int; CREATE OR REPLACE VIEW seen AS SELECT id, n FROM small WHERE n > 1"
        ),
        new("two tables in two files", "", "ALTER TABLE small ADD COLUMN x int", "ALTER TABLE parent ADD COLUMN x int"),
        new("one table twice", "", "ALTER TABLE small ADD COLUMN x int; ALTER TABLE small ADD COLUMN y int"),
        new(
            "table and a new one",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);ALTER TABLE small ADD COLUMN x int; ALTER TABLE fresh ADD COLUMN x int"
        ),
        new("table and its partitions", "", "ALTER TABLE parted ADD COLUMN x int; ALTER TABLE parted ADD COLUMN y int"),
        new("dropped table", "breaks-readers data-loss", "DROP TABLE small CASCADE"),
        new("dropped large table", "breaks-readers data-loss", "DROP TABLE big2"),
        new("dropped column", "breaks-readers data-loss", "ALTER TABLE big DROP COLUMN n"),
        new("truncate", "data-loss", "TRUNCATE small"),
        new("truncate of much", "data-loss", "TRUNCATE big"),
        new("dropped empty table", "breaks-readers", "DROP TABLE empty"),
        new("truncate of an empty table", "", "TRUNCATE empty"),
        new("dropped new table", "", "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);", "DROP TABLE fresh"),
        new("dropped view", "breaks-readers", "DROP VIEW seen"),
        new("dropped constraint", "", "ALTER TABLE big DROP CONSTRAINT big_kept"),
        new("renamed table", "breaks-readers", "ALTER TABLE small RENAME TO tiny"),
        new("renamed column", "breaks-readers", "ALTER TABLE big RENAME COLUMN n TO nn"),
        new("other schema", "breaks-readers", "CREATE SCHEMA other; ALTER TABLE small SET SCHEMA other"),
        new("renamed table with a view", "", "ALTER TABLE small RENAME TO tiny; CREATE VIEW small AS SELECT * FROM tiny"),
        new("view made anew", "", "DROP VIEW seen; CREATE VIEW seen AS SELECT id, n, 1 AS x FROM small"),
        new(
            "renamed new table",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);ALTER TABLE fresh RENAME TO newer"
        ),
        new("not null of a small table", "breaks-writers", "ALTER TABLE small ALTER COLUMN n SET NOT NULL"),
        new("not null of a column without a value", "breaks-writers", "ALTER TABLE small ALTER COLUMN email SET NOT NULL"),
        new("not null with a default", "", "ALTER TABLE small ALTER COLUMN n SET DEFAULT 0; ALTER TABLE small ALTER COLUMN n SET NOT NULL"),
        new("dropped not null", "", "ALTER TABLE big ALTER COLUMN m DROP NOT NULL"),
        new(
            "not null of a new table",
            "",
            "CREATE TABLE fresh (id bigint PRIMARY KEY, n int, m int, email text);ALTER TABLE fresh ALTER COLUMN n SET NOT NULL"
        ),
        new(
            "foreign key left without validation",
            "constraint-left-unvalidated foreign-key-without-index",
            "ALTER TABLE big ADD FOREIGN KEY (ref) REFERENCES parent NOT VALID"
        ),
        new("check left without validation", "constraint-left-unvalidated", "ALTER TABLE big ADD CHECK (m >= 0) NOT VALID"),
        new(
            "foreign key whose index comes later",
            "constraint-left-unvalidated",
            "ALTER TABLE big ADD FOREIGN KEY (ref) REFERENCES parent NOT VALID",
            "CREATE INDEX CONCURRENTLY ON big (ref)"
        ),
        new(
            "index of a partition attached",
            "",
            "CREATE INDEX i ON ONLY parted (n)",
            "CREATE INDEX CONCURRENTLY i1 ON parted_1 (n)",
            "CREATE INDEX CONCURRENTLY i2 ON parted_2 (n)",
            "ALTER INDEX i ATTACH PARTITION i1; ALTER INDEX i ATTACH PARTITION i2"
        ),
    ];

    /// <summary>Whether somebody waits for a time that grows with a table.</summary>
    public bool Blocks => Rules.Split(' ').Any(BlockingRules.Contains);

    /// <summary>Whether a rule says so.</summary>
    public static bool SaysSo(SafetyFinding finding) => BlockingRules.Contains(finding.Rule);

    public override string ToString() => Name;
}
