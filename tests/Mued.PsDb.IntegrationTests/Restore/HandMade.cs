namespace Mued.PsDb.Tests;

/// <summary>What people make by hand on the tables of a schema, from a seed: every kind of thing that goes with a table.</summary>
/// <param name="seed">The seed.</param>
/// <param name="schema">The schema, with a sequence, a function and tables that have a primary key id.</param>
internal sealed class HandMade(int seed, string schema)
{
    private readonly Random random = new(seed);
    private int number;

    /// <summary>The statements for a table, in order; what needs nothing but the schema comes with the first.</summary>
    /// <param name="table">The table, as SQL.</param>
    /// <param name="logged">Whether it is logged.</param>
    /// <param name="first">Whether it is the schema's first.</param>
    public IEnumerable<string> On(string table, bool logged, bool first)
    {
        // What inherits comes last: columns that its parent got later are behind its own, and come back before them.
        var kinds = Enumerable.Range(0, 20).OrderBy(_ => random.Next()).Take(random.Next(2, 7)).Order();
        return (first ? OfSchema() : []).Concat(kinds.SelectMany(kind => Kind(kind, table, logged)));
    }

    private IEnumerable<string> OfSchema()
    {
        var (name, role) = (Name(), Role());
        return
        [
            $"COMMENT ON SCHEMA {schema} IS 'it''s {name}'",
            $"GRANT USAGE ON SCHEMA {schema} TO {role}",
            $"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}",
            $"CREATE TYPE {schema}.e_{name} AS ENUM ('a', 'it''s'); COMMENT ON TYPE {schema}.e_{name} IS 'e'; GRANT USAGE ON TYPE {schema}.e_{name} TO {role}",
            $"CREATE DOMAIN {schema}.d_{name} AS numeric(6,2) DEFAULT 1 CHECK (VALUE > 0)",
            $"CREATE TYPE {schema}.c_{name} AS (x integer, y {schema}.e_{name})",
            $"CREATE SEQUENCE {schema}.q_{name} AS smallint INCREMENT 3 MAXVALUE 99 CYCLE; GRANT USAGE ON SEQUENCE {schema}.q_{name} TO {role}",
            $"CREATE FUNCTION {schema}.f_{name}({schema}.d_{name}, text DEFAULT 'x') RETURNS {schema}.c_{name} LANGUAGE sql STABLE COST 7 AS 'SELECT NULL::{schema}.c_{name}'",
            $"CREATE AGGREGATE {schema}.a_{name} (integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')",
            $"CREATE COLLATION {schema}.k_{name} (provider = libc, locale = 'C')",
            $"CREATE TEXT SEARCH CONFIGURATION {schema}.t_{name} (PARSER = pg_catalog.\"default\")",
            $"CREATE TABLE {schema}.p_{name} (id integer, at date NOT NULL, v {schema}.c_{name}) PARTITION BY RANGE (at)",
            $"CREATE TABLE {schema}.p_{name}_1 PARTITION OF {schema}.p_{name} FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') WITH (fillfactor = 80)",
            $"CREATE TABLE {schema}.p_{name}_2 PARTITION OF {schema}.p_{name} DEFAULT; CREATE INDEX ON {schema}.p_{name} (id)",
        ];
    }

    private IEnumerable<string> Kind(int kind, string table, bool logged)
    {
        var (name, role) = (Name(), Role());
        return kind switch
        {
            0 => [$"CREATE INDEX i_{name} ON {table} ((id::text) DESC) WITH (fillfactor = {random.Next(50, 90)}) WHERE id IS NOT NULL"],
            1 =>
            [
                $"CREATE INDEX i_{name} ON {table} ((id::text || 'x')); ALTER INDEX {Of(table)}.i_{name} ALTER COLUMN 1 SET STATISTICS {random.Next(1, 99)}",
                $"COMMENT ON INDEX {Of(table)}.i_{name} IS 'two\nlines'",
            ],
            2 =>
            [
                $"CREATE TRIGGER g_{name} AFTER UPDATE ON {table} FOR EACH ROW WHEN (OLD.* *<> NEW.*) EXECUTE FUNCTION {schema}.touch('it''s')",
                $"ALTER TABLE {table} {Pick("DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA")} TRIGGER g_{name}; COMMENT ON TRIGGER g_{name} ON {table} IS 'g'",
            ],
            3 =>
            [
                $"CREATE RULE r_{name} AS ON DELETE TO {table} DO ALSO NOTIFY {name}",
                $"ALTER TABLE {table} {Pick("DISABLE", "ENABLE")} RULE r_{name}; COMMENT ON RULE r_{name} ON {table} IS 'r'",
            ],
            4 =>
            [
                $"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY{Pick("", ", FORCE ROW LEVEL SECURITY")}",
                $"CREATE POLICY y_{name} ON {table} AS {Pick("PERMISSIVE", "RESTRICTIVE")} FOR {Pick("ALL", "UPDATE")} TO {role} USING (id IS NOT NULL) WITH CHECK (true)",
                $"COMMENT ON POLICY y_{name} ON {table} IS 'y'",
            ],
            5 =>
            [
                $"CREATE STATISTICS {schema}.s_{name} ON (id::text), (id::text || 'x') FROM {table}",
                $"ALTER STATISTICS {schema}.s_{name} SET STATISTICS {random.Next(1, 99)}; COMMENT ON STATISTICS {schema}.s_{name} IS 's'",
            ],
            6 =>
            [
                $"GRANT SELECT, {Pick("INSERT", "DELETE")} ON {table} TO {role}{(role == "PUBLIC" ? "" : Pick("", " WITH GRANT OPTION"))}",
                $"GRANT UPDATE (id) ON {table} TO {Role()}",
            ],
            7 => [$"ALTER TABLE {table} OWNER TO pg_monitor"],
            8 => [$"COMMENT ON TABLE {table} IS 'it''s {name}'; COMMENT ON COLUMN {table}.id IS '{name}'"],
            9 =>
            [
                $"ALTER TABLE {table} ADD COLUMN x_{name} text, ALTER x_{name} SET STORAGE {Pick("EXTERNAL", "MAIN")}",
                $"ALTER TABLE {table} ALTER x_{name} SET STATISTICS {random.Next(1, 99)}, ALTER x_{name} SET (n_distinct = -0.25), ALTER id SET STATISTICS 11",
            ],
            10 => [$"ALTER TABLE {table} REPLICA IDENTITY {Pick("FULL", "NOTHING")}"],
            11 => [$"ALTER TABLE {table} SET (autovacuum_enabled = false, toast.autovacuum_enabled = off)"],
            12 =>
            [
                $"ALTER TABLE {table} ADD COLUMN n_{name} integer NOT NULL DEFAULT 3, ADD COLUMN o_{name} integer GENERATED ALWAYS AS (n_{name} * 2) STORED",
                $"ALTER TABLE {table} ADD CONSTRAINT c_{name} CHECK (n_{name} > 0){Pick("", " NOT VALID")}; COMMENT ON CONSTRAINT c_{name} ON {table} IS 'c'",
                $"ALTER TABLE {table} ADD CONSTRAINT u_{name} UNIQUE (n_{name}, id){Pick("", " DEFERRABLE")}, ADD CONSTRAINT x_{name} EXCLUDE USING btree (id WITH =)",
            ],
            13 =>
            [
                $"CREATE VIEW o.v_{name} WITH (security_barrier = true) AS SELECT id FROM {table} WHERE id::text <> 'two\n    lines'; COMMENT ON VIEW o.v_{name} IS 'v'",
                $"CREATE VIEW o.w_{name} AS SELECT count(*) AS n FROM o.v_{name}; GRANT SELECT ON o.v_{name} TO {role}; ALTER VIEW o.w_{name} OWNER TO pg_monitor",
                $"CREATE MATERIALIZED VIEW o.m_{name} AS SELECT id FROM {table}; CREATE UNIQUE INDEX m_{name}_id ON o.m_{name} (id)",
            ],
            14 =>
            [
                $"CREATE FUNCTION o.f_{name}() RETURNS SETOF {table} LANGUAGE sql AS {Literal($"SELECT * FROM {table}")}; REVOKE EXECUTE ON FUNCTION o.f_{name}() FROM PUBLIC",
            ],
            15 when logged =>
            [
                $"CREATE TABLE o.t_{name} AS SELECT id AS r FROM {table} WITH NO DATA",
                $"ALTER TABLE o.t_{name} ADD CONSTRAINT t_{name}_r FOREIGN KEY (r) REFERENCES {table} (id) ON DELETE CASCADE{Pick("", " NOT VALID")}",
            ],
            16 =>
            [
                $"ALTER TABLE {table} ADD COLUMN l_{name} oid",
                $"UPDATE {table} SET l_{name} = lo_from_bytea(0, convert_to('scan of ' || id::text, 'UTF8'))",
            ],
            17 when logged => [$"ALTER PUBLICATION news ADD TABLE ONLY {table}{Pick("", " (id)", " WHERE (id IS NOT NULL)")}"],
            18 => [$"ALTER TABLE {table} DISABLE TRIGGER ALL", EnableSome(table)],
            19 when logged =>
            [
                $"CREATE TABLE o.h_{name} (more text DEFAULT 'x') INHERITS ({table}); CREATE INDEX h_{name}_id ON o.h_{name} (id)",
            ],
            _ => [],
        };
    }

    // Those of constraints have names that only the server knows.
    private static string EnableSome(string table) =>
        $"""
            DO $$ DECLARE t record; BEGIN
                FOR t IN SELECT tgname, row_number() OVER (ORDER BY tgname) AS n FROM pg_trigger WHERE tgrelid = {Literal(
                table
            )}::regclass LOOP
                    IF t.n % 4 > 0 THEN
                        EXECUTE format({Literal(
                $"ALTER TABLE {table} %s TRIGGER %I"
            )}, (ARRAY['ENABLE ALWAYS', 'ENABLE REPLICA', 'ENABLE'])[t.n % 4], t.tgname);
                    END IF;
                END LOOP; END $$
            """;

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private string Name() => $"{schema}_{number++}";

    // The tables' schemas need no quotes.
    private static string Of(string table) => table[..table.IndexOf('.', StringComparison.Ordinal)];

    private string Role() => Pick("pg_monitor", "pg_read_all_data", "PUBLIC");

    private string Pick(params string[] options) => options[random.Next(options.Length)];
}
