namespace Mued.PsDb.Tests.Safety;

/// <summary>
/// What the rule pages of other tools call dangerous, and what they recommend in its place, on the tables of <see cref="SafetyCase"/>.
/// GitLab's are the headings of its Migration Style Guide and of Avoiding downtime in migrations.
/// </summary>
/// <param name="Peer">The rule, as its tool names it.</param>
/// <param name="Rule">Ours; empty where we differ.</param>
/// <param name="Dangerous">The dangerous form.</param>
/// <param name="Recommended">The recommended one, a file each; none where there is no other.</param>
internal sealed record PeerExample(string Peer, string Rule, string Dangerous, params IReadOnlyList<string> Recommended)
{
    private const string Check = "ALTER TABLE big ADD CONSTRAINT there CHECK (n IS NOT NULL) NOT VALID";
    private const string Validate = "ALTER TABLE big VALIDATE CONSTRAINT there";
    private const string NotNull = "ALTER TABLE big ALTER COLUMN n SET DEFAULT 0; ALTER TABLE big ALTER COLUMN n SET NOT NULL";
    private const string Unique = "CREATE UNIQUE INDEX CONCURRENTLY u ON big (id, n)";

    public static IReadOnlyList<PeerExample> All { get; } =
    [
        new(
            "squawk adding-field-with-default, strong_migrations adding-a-column-with-a-volatile-default-value",
            "volatile-default",
            "ALTER TABLE big ADD COLUMN u uuid DEFAULT gen_random_uuid()",
            "ALTER TABLE big ADD COLUMN u uuid",
            "ALTER TABLE big ALTER COLUMN u SET DEFAULT gen_random_uuid()"
        ),
        new(
            "squawk adding-foreign-key-constraint, strong_migrations adding-a-foreign-key, GitLab adding-foreign-keys",
            "blocking-scan",
            "ALTER TABLE big ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parent",
            "ALTER TABLE big ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parent NOT VALID",
            "ALTER TABLE big VALIDATE CONSTRAINT fk"
        ),
        new(
            "squawk adding-not-nullable-field, eugene E2, strong_migrations setting-not-null-on-an-existing-column, GitLab not-null-constraints",
            "blocking-scan",
            "ALTER TABLE big ALTER COLUMN n SET NOT NULL",
            Check,
            Validate,
            NotNull
        ),
        new(
            "squawk adding-required-field",
            "breaks-writers",
            "ALTER TABLE empty ADD COLUMN x int NOT NULL",
            "ALTER TABLE empty ADD COLUMN x int NOT NULL DEFAULT 0"
        ),
        new(
            "squawk adding-serial-primary-key-field",
            "volatile-default",
            "ALTER TABLE nokey ADD COLUMN s bigserial PRIMARY KEY",
            "CREATE UNIQUE INDEX CONCURRENTLY k ON nokey (id)",
            "ALTER TABLE nokey ADD CONSTRAINT k PRIMARY KEY USING INDEX k"
        ),
        new("strong_migrations adding-an-auto-incrementing-column", "volatile-default", "ALTER TABLE big ADD COLUMN s bigserial"),
        new(
            "squawk ban-drop-column, strong_migrations removing-a-column, GitLab dropping-columns",
            "data-loss",
            "ALTER TABLE big DROP COLUMN n"
        ),
        new("squawk ban-drop-table, GitLab dropping-tables", "data-loss", "DROP TABLE big2"),
        new("squawk ban-truncate-cascade", "data-loss", "TRUNCATE parent CASCADE"),
        new(
            "squawk changing-column-type, eugene E5 E10, strong_migrations changing-the-type-of-a-column, GitLab changing-column-types",
            "blocking-rewrite",
            "ALTER TABLE big ALTER COLUMN n TYPE bigint",
            "ALTER TABLE big ADD COLUMN n2 bigint"
        ),
        new(
            "eugene E11, strong_migrations adding-a-stored-generated-column",
            "blocking-rewrite",
            "ALTER TABLE big ADD COLUMN g int GENERATED ALWAYS AS (m * 2) STORED",
            "ALTER TABLE big ADD COLUMN g int"
        ),
        new(
            "squawk constraint-missing-not-valid, eugene E1, strong_migrations adding-a-check-constraint",
            "blocking-scan",
            "ALTER TABLE big ADD CONSTRAINT there CHECK (n IS NOT NULL)",
            Check,
            Validate
        ),
        new(
            "squawk disallowed-unique-constraint, eugene E7, strong_migrations adding-a-unique-constraint",
            "blocking-index-build",
            "ALTER TABLE big ADD CONSTRAINT u UNIQUE (id, n)",
            Unique,
            "ALTER TABLE big ADD CONSTRAINT u UNIQUE USING INDEX u"
        ),
        new(
            "eugene E8, strong_migrations adding-an-exclusion-constraint",
            "blocking-index-build",
            "ALTER TABLE big ADD EXCLUDE USING btree (id WITH =)"
        ),
        new(
            "squawk require-concurrent-index-creation, eugene E6, strong_migrations adding-an-index-non-concurrently, GitLab adding-indexes",
            "blocking-index-build",
            "CREATE INDEX ON big (n)",
            "CREATE INDEX CONCURRENTLY ON big (n)"
        ),
        new("squawk require-concurrent-reindex", "blocking-index-build", "REINDEX TABLE big", "REINDEX TABLE CONCURRENTLY big"),
        new("squawk prefer-repack", "blocking-rewrite", "CLUSTER big USING big_pkey"),
        new(
            "strong_migrations adding-a-reference, GitLab adding-foreign-key-constraints",
            "foreign-key-without-index",
            "ALTER TABLE big ADD FOREIGN KEY (ref) REFERENCES parent NOT VALID",
            "CREATE INDEX CONCURRENTLY ON big (ref)",
            "ALTER TABLE big ADD CONSTRAINT fk FOREIGN KEY (ref) REFERENCES parent NOT VALID",
            "ALTER TABLE big VALIDATE CONSTRAINT fk"
        ),
        new(
            "strong_migrations backfilling-data, eugene E4, GitLab heavy-operations-in-a-single-transaction",
            "lock-held-long",
            "ALTER TABLE big ADD COLUMN x int; UPDATE big SET x = 1",
            "ALTER TABLE big ADD COLUMN x int",
            "UPDATE big SET x = 1 WHERE id BETWEEN 1 AND 1000"
        ),
        new(
            "eugene W14",
            "blocking-scan",
            "CREATE UNIQUE INDEX k ON nokey (n); ALTER TABLE nokey ADD CONSTRAINT k PRIMARY KEY USING INDEX k",
            "CREATE UNIQUE INDEX CONCURRENTLY k ON nokey (id)",
            "ALTER TABLE nokey ADD CONSTRAINT k PRIMARY KEY USING INDEX k"
        ),
        new(
            "squawk renaming-column, strong_migrations renaming-a-column, GitLab renaming-columns",
            "breaks-readers",
            "ALTER TABLE big RENAME COLUMN n TO nn",
            "ALTER TABLE big ADD COLUMN nn int"
        ),
        new(
            "squawk renaming-table, strong_migrations renaming-a-table, GitLab renaming-tables",
            "breaks-readers",
            "ALTER TABLE small RENAME TO tiny",
            "ALTER TABLE small RENAME TO tiny; CREATE VIEW small AS SELECT * FROM tiny"
        ),
        new(
            "GitLab updating-an-existing-column",
            "mass-write",
            "UPDATE big SET m = 10",
            "UPDATE big SET m = 10 WHERE id BETWEEN 1 AND 1000",
            "UPDATE big SET m = 10 WHERE id BETWEEN 1001 AND 2000"
        ),
        new(
            "GitLab migrating-integer-primary-keys-to-bigint",
            "blocking-rewrite",
            "ALTER TABLE big ALTER COLUMN n TYPE bigint",
            "ALTER TABLE big ADD COLUMN n_new bigint",
            "UPDATE big SET n_new = n WHERE id BETWEEN 1 AND 1000"
        ),
        new("GitLab changing-the-column-default", "", "ALTER TABLE big ALTER COLUMN m SET DEFAULT 1"),
        new("GitLab adding-columns-with-default-values", "", "ALTER TABLE big ADD COLUMN x bool NOT NULL DEFAULT true"),
        new("strong_migrations renaming-a-schema", "breaks-readers", "CREATE SCHEMA other; ALTER TABLE small SET SCHEMA other"),
        new(
            "squawk prefer-bigint-over-int, prefer-bigint-over-smallint",
            "sequence-will-end",
            "CREATE TABLE t (id serial PRIMARY KEY)",
            "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"
        ),
        // The lock is strong, and over in a moment whatever the table's size: the wait for it is bounded by -LockTimeout.
        new("squawk require-concurrent-index-deletion, GitLab removing-indexes", "", "DROP INDEX big_email"),
        new("squawk require-concurrent-partition-detach", "", "ALTER TABLE parted DETACH PARTITION parted_2"),
        new(
            "GitLab creating-a-new-table-when-we-have-two-foreign-keys",
            "",
            "CREATE TABLE child (a bigint REFERENCES big, b bigint REFERENCES big2); CREATE INDEX ON child (a); CREATE INDEX ON child (b)"
        ),
    ];
}
