using System.Text.RegularExpressions;

namespace Mued.PsDb.Tests;

/// <summary>
/// An object of every kind with its options, after the reference pages of PostgreSQL's manual (part VI, SQL commands), and the changes of
/// each that a comparison must tell.
/// </summary>
internal static partial class EveryKind
{
    /// <summary>What PostgreSQL 14 and newer have.</summary>
    private const string Common = """
        CREATE SCHEMA s; COMMENT ON SCHEMA s IS 'a schema'; SET search_path = s, public;
        CREATE TABLE t (a integer PRIMARY KEY, b text, c integer NOT NULL, d text, UNIQUE (a, c)) WITH (fillfactor = 90, autovacuum_enabled = off);
        CREATE TABLE child (t integer REFERENCES t, x text);
        CREATE INDEX t_lower ON t ((a + c), lower(d));
        CREATE VIEW v AS SELECT a FROM t; CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
        CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('x', 'y'); CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TYPE pair AS (x integer, y integer); CREATE TYPE shell;
        CREATE COLLATION libc (provider = libc, locale = 'C'); COMMENT ON COLLATION libc IS 'a collation';
        CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE TYPE ranges AS RANGE (subtype = double precision, subtype_diff = float8mi);
        CREATE TYPE base; CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
        CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
        CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = integer);
        CREATE FUNCTION pair_of(text) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT NULL::s.pair';
        CREATE FUNCTION eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
        CREATE FUNCTION lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
        CREATE FUNCTION cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
        CREATE FUNCTION cmp(text, text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
        CREATE PROCEDURE p(integer) LANGUAGE sql AS 'SELECT 1';
        CREATE CAST (text AS pair) WITH FUNCTION pair_of(text) AS ASSIGNMENT;
        CREATE OPERATOR == (FUNCTION = eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ==);
        CREATE OPERATOR << (FUNCTION = lt, LEFTARG = pair, RIGHTARG = pair);
        CREATE OPERATOR FAMILY fam USING btree;
        CREATE OPERATOR CLASS ops FOR TYPE pair USING btree FAMILY fam AS OPERATOR 1 <<, OPERATOR 3 ==, FUNCTION 1 cmp(pair, pair);
        CREATE TEXT SEARCH TEMPLATE tmpl (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
        CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = pg_catalog.simple);
        CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = pg_catalog."default");
        ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR asciiword, word WITH dict, pg_catalog.simple;
        CREATE STATISTICS st (ndistinct) ON a, c FROM t;
        CREATE FUNCTION evt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION evt();
        CREATE FOREIGN DATA WRAPPER w OPTIONS (api_token 'canary'); CREATE SERVER srv FOREIGN DATA WRAPPER w OPTIONS (host 'h', password 'canary');
        CREATE USER MAPPING FOR PUBLIC SERVER srv OPTIONS (user 'u', password 'canary');
        CREATE FOREIGN TABLE ft (a integer OPTIONS (credentials 'canary')) SERVER srv OPTIONS (table_name 'y', access_key 'canary');
        CREATE PUBLICATION pub FOR TABLE t; CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert');
        CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
        CREATE FUNCTION pl_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
        CREATE FUNCTION pl_inline(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
        CREATE FUNCTION pl_check(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
        CREATE TRUSTED LANGUAGE pl2 HANDLER pl_call INLINE pl_inline VALIDATOR pl_check;
        CREATE FUNCTION of_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'int4in';
        CREATE TRANSFORM FOR pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION of_sql(internal));
        CREATE AGGREGATE total (integer) (SFUNC = int4pl, STYPE = integer, COMBINEFUNC = int4pl, PARALLEL = SAFE);
        GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION; GRANT UPDATE (b) ON t TO pg_monitor; GRANT USAGE ON SCHEMA s TO pg_monitor;
        ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO pg_monitor; ALTER TABLE child OWNER TO pg_monitor;

        CREATE SCHEMA o; SET search_path = o, public;
        CREATE TABLE opt (id bigint GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2) PRIMARY KEY, n serial, name varchar(20) COLLATE "C" DEFAULT 'x',
            amount numeric(8,2) DEFAULT 0 CHECK (amount >= 0), twice integer GENERATED ALWAYS AS (length('xx')) STORED, tags text[], body jsonb, at timestamptz DEFAULT now(),
            span int4range, loc point, CONSTRAINT name_u UNIQUE (name) INCLUDE (amount) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT apart EXCLUDE USING gist (span WITH &&) WHERE (id > 0));
        CREATE TABLE ref (id bigint CONSTRAINT ref_id REFERENCES opt ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE, other bigint); ALTER TABLE ref ADD CONSTRAINT big CHECK (other > 5) NO INHERIT NOT VALID;
        CREATE INDEX i_btree ON opt USING btree (name varchar_pattern_ops DESC NULLS LAST, amount) INCLUDE (at) WITH (fillfactor = 80) WHERE amount > 1;
        CREATE INDEX i_gin ON opt USING gin (tags, body jsonb_path_ops) WITH (fastupdate = off);
        CREATE INDEX i_gist ON opt USING gist (loc); CREATE INDEX i_hash ON opt USING hash (name); CREATE INDEX i_spgist ON opt USING spgist (loc);
        CREATE INDEX i_brin ON opt USING brin (at) WITH (pages_per_range = 32); CREATE UNIQUE INDEX i_unique ON opt (lower(name));
        CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER before BEFORE UPDATE OF name, amount ON opt FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION trg('a');
        CREATE TRIGGER after AFTER INSERT ON opt REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION trg();
        CREATE CONSTRAINT TRIGGER later AFTER INSERT ON opt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trg();
        ALTER TABLE opt ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON opt AS RESTRICTIVE FOR UPDATE TO pg_monitor USING (amount > 0) WITH CHECK (amount < 100);
        CREATE RULE quiet AS ON DELETE TO ref WHERE OLD.id = 1 DO INSTEAD NOTHING;
        CREATE TABLE part (k integer NOT NULL, at date) PARTITION BY RANGE (k); CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (10);
        CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20) PARTITION BY LIST (at); CREATE TABLE part_rest PARTITION OF part DEFAULT;
        CREATE TRIGGER audit AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION trg(); ALTER TABLE part_rest DISABLE TRIGGER audit;
        CREATE TABLE top (k integer PRIMARY KEY) PARTITION BY RANGE (k); CREATE TABLE top_1 PARTITION OF top FOR VALUES FROM (1) TO (10);
        CREATE TABLE top_2 PARTITION OF top FOR VALUES FROM (10) TO (20) PARTITION BY LIST (k); CREATE TABLE top_2_1 PARTITION OF top_2 DEFAULT;
        CREATE TABLE below (k integer CONSTRAINT up REFERENCES top);
        CREATE INDEX part_k ON part (k); CREATE TABLE hashed (k integer) PARTITION BY HASH (k); CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE parent (x integer, y text); CREATE TABLE heir (z integer) INHERITS (parent); CREATE UNLOGGED TABLE fast (x integer, CONSTRAINT near EXCLUDE USING gist (int4range(x, x + 1) WITH &&));
        CREATE TYPE item AS (a integer, b text COLLATE "C"); CREATE TABLE typed OF item;
        CREATE VIEW checked WITH (security_barrier, check_option = local) AS SELECT id, name FROM opt WHERE amount > 0; CREATE VIEW over AS SELECT name FROM checked;
        CREATE MATERIALIZED VIEW empty WITH (fillfactor = 70) AS SELECT id FROM opt WITH NO DATA; CREATE UNIQUE INDEX empty_id ON empty (id);
        CREATE SEQUENCE seq AS smallint INCREMENT 3 MINVALUE 2 MAXVALUE 99 START 5 CACHE 4 CYCLE OWNED BY ref.other;
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE DOMAIN code AS text COLLATE "C" DEFAULT 'a' NOT NULL CONSTRAINT code_check CHECK (VALUE ~ '^[a-z]+$');
        COMMENT ON CONSTRAINT code_check ON DOMAIN code IS 'letters';
        CREATE FUNCTION f(a integer, b text DEFAULT 'x', OUT c integer) LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER LEAKPROOF COST 50 PARALLEL SAFE SET work_mem = '8MB' AS 'BEGIN c := 1; END';
        CREATE FUNCTION many(VARIADIC xs integer[]) RETURNS SETOF integer LANGUAGE sql ROWS 7 AS 'SELECT unnest(xs)';
        CREATE FUNCTION atomic(x integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN x + 1;
        CREATE PROCEDURE run(INOUT x integer) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
        CREATE AGGREGATE longest (text) (SFUNC = textcat, STYPE = text, INITCOND = '', SORTOP = >);
        CREATE AGGREGATE share (double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
        CREATE STATISTICS deps (dependencies, mcv) ON name, amount FROM opt;
        CREATE EXTENSION pgcrypto SCHEMA o;
        COMMENT ON TABLE opt IS 't'; COMMENT ON COLUMN opt.name IS 'c'; COMMENT ON CONSTRAINT name_u ON opt IS 'k'; COMMENT ON INDEX i_gin IS 'i'; COMMENT ON TRIGGER before ON opt IS 'g';
        COMMENT ON POLICY own ON opt IS 'p'; COMMENT ON RULE quiet ON ref IS 'r'; COMMENT ON VIEW checked IS 'v'; COMMENT ON MATERIALIZED VIEW empty IS 'm'; COMMENT ON SEQUENCE seq IS 's';
        COMMENT ON TYPE mood IS 'e'; COMMENT ON DOMAIN code IS 'd'; COMMENT ON FUNCTION f(integer, text) IS 'f'; COMMENT ON PROCEDURE run(integer) IS 'p'; COMMENT ON AGGREGATE longest(text) IS 'a';
        COMMENT ON TYPE item IS 'w'; COMMENT ON STATISTICS deps IS 'x'; COMMENT ON EVENT TRIGGER et IS 't'; COMMENT ON PUBLICATION pub IS 'p'; COMMENT ON SERVER srv IS 's';
        COMMENT ON FOREIGN TABLE s.ft IS 'f'; COMMENT ON CAST (text AS s.pair) IS 'c'; COMMENT ON OPERATOR s.== (s.pair, s.pair) IS 'o'; COMMENT ON LANGUAGE pl2 IS 'l';
        GRANT ALL ON opt TO pg_read_all_data; GRANT EXECUTE ON FUNCTION f(integer, text) TO pg_monitor; REVOKE EXECUTE ON PROCEDURE run(integer) FROM PUBLIC; GRANT USAGE ON TYPE mood TO pg_monitor;
        GRANT USAGE, SELECT ON SEQUENCE seq TO pg_monitor; GRANT USAGE ON FOREIGN SERVER srv TO pg_monitor; GRANT USAGE ON FOREIGN DATA WRAPPER w TO pg_monitor; GRANT SELECT ON checked TO PUBLIC;
        RESET search_path;
        """;

    // What a version brought, with the version.
    private static readonly (int Since, string Sql)[] Newer =
    [
        (
            15,
            """
            ALTER TABLE s.child SET ACCESS METHOD heap; CREATE TABLE o.nulls (a integer UNIQUE NULLS NOT DISTINCT); CREATE VIEW o.invoker WITH (security_invoker) AS SELECT a FROM o.nulls;
            CREATE UNLOGGED SEQUENCE o.quick; CREATE PUBLICATION filtered FOR TABLE o.ref (id, other) WHERE (id > 5); CREATE PUBLICATION schemas FOR TABLES IN SCHEMA o;
            """
        ),
        (16, "CREATE TABLE o.external (a text STORAGE EXTERNAL);"),
        (17, "CREATE TABLE o.builtin (a text COLLATE pg_c_utf8);"),
        (
            18,
            """
            CREATE TABLE o.virtual (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL);
            CREATE TABLE o.lax (a integer, b integer, CONSTRAINT lax CHECK (a > 0) NOT ENFORCED, CONSTRAINT given NOT NULL a, CONSTRAINT refers FOREIGN KEY (b) REFERENCES s.t NOT ENFORCED);
            ALTER TABLE o.lax ADD CONSTRAINT later NOT NULL b NOT VALID; COMMENT ON CONSTRAINT given ON o.lax IS 'n';
            CREATE TABLE o.periods (span int4range, at int4range, CONSTRAINT once PRIMARY KEY (span, at WITHOUT OVERLAPS));
            CREATE TABLE o.within (span int4range, at int4range, CONSTRAINT inside FOREIGN KEY (span, PERIOD at) REFERENCES o.periods (span, PERIOD at));
            CREATE PUBLICATION generated FOR TABLE o.virtual WITH (publish_generated_columns = stored);
            """
        ),
    ];

    /// <summary>The statements for a server of a major version.</summary>
    public static string Sql(int major) => Common + string.Concat(Newer.Where(item => item.Since <= major).Select(item => item.Sql));

    /// <summary>
    /// What is done, and the check that must tell of it; &lt;a|b|c&gt; are variants. Since 14 unless said otherwise. Also: the checks besides
    /// that rightly tell of it.
    /// </summary>
    private static readonly ChangeTemplate[] Templates =
    [
        new("ALTER TABLE s.t OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "table owner", "s.t") { Also = "privileges" },
        new("ALTER VIEW s.v OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "view owner", "s.v"),
        new("ALTER MATERIALIZED VIEW s.m OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "materialized view owner", "s.m"),
        new(
            "ALTER FUNCTION s.eq(s.pair, s.pair) OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>",
            "function owner",
            "s.eq(s.pair,s.pair)"
        ),
        new("ALTER PROCEDURE o.run(integer) OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "procedure owner", "o.run(integer)"),
        new(
            "ALTER AGGREGATE o.longest(text) OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>",
            "aggregate owner",
            "o.longest(pg_catalog.text)"
        ),
        new("ALTER SCHEMA s OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "schema owner", "s") { Also = "privileges" },
        new("ALTER TYPE s.e OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "type owner", "s.e"),
        new("ALTER TYPE s.pair OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "type owner", "s.pair"),
        new("ALTER TYPE s.base OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "type owner", "s.base"),
        new("ALTER TYPE s.ranges OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "type owner", "s.ranges"),
        new("ALTER DOMAIN o.code OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "type owner", "o.code"),
        new("ALTER SEQUENCE s.q OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "sequence owner", "s.q") { Also = "privileges" },
        new("ALTER COLLATION s.libc OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "collation owner", "s.libc"),
        new("ALTER CONVERSION s.conv OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "conversion owner", "s.conv"),
        new(
            "ALTER OPERATOR s.== (s.pair, s.pair) OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>",
            "operator owner",
            "s.==(s.pair,s.pair)"
        ),
        new(
            "ALTER OPERATOR CLASS s.ops USING btree OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>",
            "operator class owner",
            "s.ops USING btree"
        ),
        new(
            "ALTER OPERATOR FAMILY s.fam USING btree OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>",
            "operator family owner",
            "s.fam USING btree"
        ),
        new(
            "ALTER TEXT SEARCH CONFIGURATION s.cfg OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>",
            "text search configuration owner",
            "s.cfg"
        ),
        new(
            "ALTER TEXT SEARCH DICTIONARY s.dict OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>",
            "text search dictionary owner",
            "s.dict"
        ),
        new("ALTER STATISTICS s.st OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "statistics object owner", "s.st"),
        new("ALTER LANGUAGE pl2 OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "language owner", "pl2"),
        new("ALTER SERVER srv OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "server owner", "srv") { Also = "privileges" },
        new("ALTER FOREIGN TABLE s.ft OWNER TO <pg_monitor|pg_read_all_data|pg_signal_backend>", "foreign table owner", "s.ft")
        {
            Also = "privileges",
        },
        new("REVOKE SELECT ON s.t FROM pg_monitor", "privileges", "table s.t to pg_monitor"),
        new("REVOKE GRANT OPTION FOR SELECT ON s.t FROM pg_monitor", "privileges", "table s.t to pg_monitor"),
        new("GRANT <DELETE|INSERT|TRUNCATE|REFERENCES|TRIGGER|UPDATE> ON s.t TO pg_monitor", "privileges", "table s.t to pg_monitor"),
        new("GRANT <SELECT|INSERT|UPDATE> ON s.child TO PUBLIC", "privileges", "table s.child to PUBLIC"),
        new("REVOKE <UPDATE|DELETE|TRUNCATE> ON s.t FROM CURRENT_USER", "privileges", "table s.t to its owner"),
        new("REVOKE UPDATE (b) ON s.t FROM pg_monitor", "privileges", "table column s.t.b to pg_monitor"),
        new("GRANT <SELECT|INSERT|REFERENCES> (c) ON s.t TO PUBLIC", "privileges", "table column s.t.c to PUBLIC"),
        new("REVOKE <DELETE|INSERT|ALL> ON o.opt FROM pg_read_all_data", "privileges", "table o.opt to pg_read_all_data"),
        new(
            "GRANT <SELECT|DELETE|UPDATE> ON <s.v|o.over|o.checked> TO pg_read_all_data",
            "privileges",
            "view <s.v|o.over|o.checked> to pg_read_all_data"
        ),
        new("REVOKE SELECT ON o.checked FROM PUBLIC", "privileges", "view o.checked to PUBLIC"),
        new("GRANT SELECT ON <s.m|o.empty> TO pg_monitor", "privileges", "materialized view <s.m|o.empty> to pg_monitor"),
        new(
            "REVOKE EXECUTE ON FUNCTION <s.evt()|o.trg()|s.lt(s.pair, s.pair)> FROM PUBLIC",
            "privileges",
            "function <s.evt()|o.trg()|s.lt(s.pair,s.pair)> to PUBLIC"
        ),
        new(
            "REVOKE EXECUTE ON FUNCTION o.f(integer, text) FROM pg_monitor",
            "privileges",
            "function o.f(integer,pg_catalog.text) to pg_monitor"
        ),
        new(
            "GRANT EXECUTE ON PROCEDURE o.run(integer) TO <PUBLIC|pg_monitor|pg_read_all_data>",
            "privileges",
            "procedure o.run(integer) to <PUBLIC|pg_monitor|pg_read_all_data>"
        ),
        new("REVOKE EXECUTE ON FUNCTION o.longest(text) FROM PUBLIC", "privileges", "aggregate o.longest(pg_catalog.text) to PUBLIC"),
        new(
            "GRANT CREATE ON SCHEMA s TO <pg_monitor|pg_read_all_data|PUBLIC>",
            "privileges",
            "schema s to <pg_monitor|pg_read_all_data|PUBLIC>"
        ),
        new("REVOKE USAGE ON SCHEMA s FROM pg_monitor", "privileges", "schema s to pg_monitor"),
        new("REVOKE USAGE ON TYPE <s.e|s.d|s.pair> FROM PUBLIC", "privileges", "type <s.e|s.d|s.pair> to PUBLIC"),
        new("REVOKE USAGE ON TYPE o.mood FROM pg_monitor", "privileges", "type o.mood to pg_monitor"),
        new("GRANT <USAGE|SELECT|UPDATE> ON SEQUENCE s.q TO PUBLIC", "privileges", "sequence s.q to PUBLIC"),
        new("REVOKE <USAGE|SELECT> ON SEQUENCE o.seq FROM pg_monitor", "privileges", "sequence o.seq to pg_monitor"),
        new("GRANT USAGE ON FOREIGN SERVER srv TO <PUBLIC|pg_read_all_data>", "privileges", "server srv to <PUBLIC|pg_read_all_data>"),
        new("REVOKE USAGE ON FOREIGN SERVER srv FROM pg_monitor", "privileges", "server srv to pg_monitor"),
        new("REVOKE USAGE ON FOREIGN DATA WRAPPER w FROM pg_monitor", "privileges", "foreign-data wrapper w to pg_monitor"),
        new("GRANT USAGE ON LANGUAGE pl2 TO <pg_monitor|pg_read_all_data>", "privileges", "language pl2 to <pg_monitor|pg_read_all_data>"),
        new("REVOKE USAGE ON LANGUAGE pl2 FROM PUBLIC", "privileges", "language pl2 to PUBLIC"),
        new(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT <INSERT|UPDATE|DELETE> ON TABLES TO pg_monitor",
            "privileges",
            "default acl for role {user} in schema s on tables to pg_monitor"
        ),
        new(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA s REVOKE SELECT ON TABLES FROM pg_monitor",
            "privileges",
            "default acl for role {user} in schema s on tables to pg_monitor"
        ),
        new(
            "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
            "privileges",
            "default acl for role {user} on functions to PUBLIC"
        ),
        new(
            "ALTER DEFAULT PRIVILEGES GRANT <USAGE ON SEQUENCES|USAGE ON TYPES|CREATE ON SCHEMAS> TO pg_monitor",
            "privileges",
            "default acl for role {user} on <sequences|types|schemas> to pg_monitor"
        ),
        new("REVOKE <CONNECT|TEMPORARY> ON DATABASE {database} FROM PUBLIC", "privileges", "database to PUBLIC"),
        new("GRANT <CREATE|CONNECT> ON DATABASE {database} TO pg_monitor", "privileges", "database to pg_monitor"),
        new("ALTER DATABASE {database} OWNER TO pg_monitor", "database owner", "") { Also = "privileges" },
        new("REFRESH MATERIALIZED VIEW s.m WITH NO DATA", "materialized view", "s.m"),
        new("REFRESH MATERIALIZED VIEW o.empty", "materialized view", "o.empty"),
        new("ALTER TABLE s.t REPLICA IDENTITY <FULL|NOTHING|USING INDEX t_a_c_key>", "table", "s.t"),
        new("ALTER TABLE <s.t CLUSTER ON t_pkey|s.t CLUSTER ON t_a_c_key|o.opt CLUSTER ON opt_pkey>", "table", "<s.t|s.t|o.opt>"),
        new(
            "ALTER TABLE s.t SET (<toast.autovacuum_enabled = off|fillfactor = 50|autovacuum_vacuum_scale_factor = 0.3|parallel_workers = 2|toast_tuple_target = 1000|user_catalog_table = on>)",
            "table",
            "s.t"
        ),
        new("ALTER TABLE s.t RESET (<fillfactor|autovacuum_enabled>)", "table", "s.t"),
        new("CREATE TYPE s.of_type AS (t integer, x text); ALTER TABLE s.child OF s.of_type", "table", "s.child")
        {
            Also = "type owner,composite type",
        },
        new("ALTER TABLE o.typed NOT OF", "table", "o.typed"),
        new("ALTER TABLE s.child SET ACCESS METHOD heap2", "table", "s.child") { Since = 15 },
        new("ALTER TABLE <s.child|o.typed> SET UNLOGGED", "table", "<s.child|o.typed>"),
        new("ALTER TABLE o.fast SET LOGGED", "table", "o.fast"),
        new("ALTER TABLE o.heir NO INHERIT o.parent", "table", "o.heir"),
        new("CREATE TABLE o.second (z integer); ALTER TABLE o.heir INHERIT o.second", "table", "o.heir") { Also = "table,table owner" },
        new("ALTER TABLE o.part DETACH PARTITION <o.part_1|o.part_rest|o.part_2>", "table", "<o.part_1|o.part_rest|o.part_2>")
        {
            Also = "index,column,constraint,foreign key",
        },
        new(
            "ALTER TABLE o.part DETACH PARTITION o.part_1; ALTER TABLE o.part ATTACH PARTITION o.part_1 FOR VALUES FROM (<2|3|0>) TO (<10|9|8>)",
            "table",
            "o.part_1"
        ),
        new(
            "ALTER TABLE o.hashed DETACH PARTITION o.hashed_0; ALTER TABLE o.hashed ATTACH PARTITION o.hashed_0 FOR VALUES WITH (MODULUS <2|4|3>, REMAINDER <1|2|0>)",
            "table",
            "o.hashed_0"
        ),
        new("CREATE TABLE <s|o|public>.extra (a integer)", "table", "<s|o|public>.extra"),
        new("DROP TABLE <s.child|o.ref|o.heir>", "table", "<s.child|o.ref|o.heir>") { Also = "sequence,publication" },
        new("ALTER TABLE o.opt <DISABLE ROW LEVEL SECURITY|FORCE ROW LEVEL SECURITY>", "row security", "o.opt"),
        new("ALTER TABLE s.child <ENABLE ROW LEVEL SECURITY|FORCE ROW LEVEL SECURITY>", "row security", "s.child"),
        new("ALTER TABLE s.t ALTER b SET STORAGE <EXTERNAL|MAIN|PLAIN>", "column", "s.t.b"),
        new("ALTER TABLE s.t ALTER b SET COMPRESSION pglz", "column", "s.t.b"),
        new("ALTER TABLE s.t ALTER <c|b|a> SET STATISTICS <50|100|7>", "column", "s.t.<c|b|a>"),
        new("ALTER TABLE s.t ALTER <c|b|a> SET (<n_distinct = -0.5|n_distinct = 100|n_distinct_inherited = -1>)", "column", "s.t.<c|b|a>"),
        new("ALTER FOREIGN TABLE s.ft ALTER a OPTIONS (<column_name 'z'|other '1'|more '2'>)", "column", "s.ft.a"),
        new("ALTER FOREIGN TABLE s.ft OPTIONS (<SET table_name 'z'|ADD schema_name 'q'|DROP table_name>)", "table", "s.ft"),
        new("ALTER TABLE o.parent ALTER x TYPE <bigint|smallint|numeric>", "column", "o.parent.x") { Also = "column" },
        new("ALTER TABLE o.ref ALTER other SET DEFAULT <1|2|3>", "column", "o.ref.other"),
        new("ALTER TABLE o.opt ALTER <name|amount|at> DROP DEFAULT", "column", "o.opt.<name|amount|at>"),
        new("ALTER TABLE o.ref ALTER <other|id> SET NOT NULL", "column", "o.ref.<other|id>"),
        new("ALTER TABLE s.t ALTER c DROP NOT NULL", "column", "s.t.c"),
        new("ALTER TABLE o.opt ALTER id SET GENERATED BY DEFAULT", "column", "o.opt.id"),
        new("ALTER TABLE o.opt ALTER id DROP IDENTITY", "column", "o.opt.id") { Also = "sequence,sequence owner" },
        new("ALTER TABLE o.opt ALTER twice DROP EXPRESSION", "column", "o.opt.twice"),
        new("ALTER TABLE o.parent ALTER y TYPE text COLLATE \"<C|POSIX>\"", "column", "o.parent.y") { Also = "column" },
        new("ALTER TABLE <o.ref|s.child|o.fast> ADD COLUMN extra integer", "column", "<o.ref|s.child|o.fast>.extra"),
        new("ALTER TABLE o.ref DROP COLUMN other CASCADE", "column", "o.ref.other")
        {
            Also = "check constraint,sequence,publication,column order",
        },
        new(
            "ALTER TABLE s.child DROP COLUMN x; ALTER TABLE s.child ADD COLUMN x text; ALTER TABLE s.child DROP COLUMN t; ALTER TABLE s.child ADD COLUMN t integer REFERENCES s.t",
            "column order",
            "s.child"
        ),
        new("ALTER INDEX s.t_pkey SET (fillfactor = <50|60|70>)", "primary key", "s.t.t_pkey"),
        new("ALTER TABLE s.child DISABLE TRIGGER ALL", "foreign key", "s.child.child_t_fkey"),
        new(
            "ALTER TABLE o.opt DROP CONSTRAINT <name_u|apart|opt_amount_check>",
            "<unique constraint|exclusion constraint|check constraint>",
            "o.opt.<name_u|apart|opt_amount_check>"
        ),
        new(
            "ALTER TABLE o.ref DROP CONSTRAINT ref_id, ADD CONSTRAINT ref_id FOREIGN KEY (id) REFERENCES o.opt <ON DELETE CASCADE DEFERRABLE|ON DELETE RESTRICT ON UPDATE SET NULL DEFERRABLE|ON DELETE CASCADE ON UPDATE SET NULL|ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED|MATCH FULL ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE>",
            "foreign key",
            "o.ref.ref_id"
        ),
        new("ALTER TABLE o.ref ALTER CONSTRAINT ref_id NOT DEFERRABLE", "foreign key", "o.ref.ref_id"),
        new("ALTER TABLE o.ref VALIDATE CONSTRAINT big", "check constraint", "o.ref.big"),
        new(
            "ALTER TABLE o.ref DROP CONSTRAINT big, ADD CONSTRAINT big CHECK (<other = 6|other = 7|id = 5>) NO INHERIT NOT VALID",
            "check constraint",
            "o.ref.big"
        ),
        new("ALTER TABLE o.ref DROP CONSTRAINT big, ADD CONSTRAINT big CHECK (other > 5) NOT VALID", "check constraint", "o.ref.big"),
        new(
            "ALTER TABLE o.opt DROP CONSTRAINT name_u, ADD CONSTRAINT name_u UNIQUE (name) <INCLUDE (at) DEFERRABLE INITIALLY DEFERRED|DEFERRABLE INITIALLY DEFERRED|INCLUDE (amount) DEFERRABLE|INCLUDE (amount)>",
            "unique constraint",
            "o.opt.name_u"
        )
        {
            Also = "constraint comment",
        },
        new("ALTER TABLE o.ref RENAME CONSTRAINT <ref_id|big> TO renamed", "<foreign key|check constraint>", "o.ref.<ref_id|big>")
        {
            Also = "foreign key,check constraint",
        },
        new(
            "ALTER TABLE o.fast ADD CONSTRAINT more <CHECK (x = 1)|UNIQUE (x)|EXCLUDE USING hash (x WITH =)>",
            "<check constraint|unique constraint|exclusion constraint>",
            "o.fast.more"
        ),
        new(
            "ALTER TABLE o.nulls DROP CONSTRAINT nulls_a_key, ADD CONSTRAINT nulls_a_key UNIQUE (a)",
            "unique constraint",
            "o.nulls.nulls_a_key"
        )
        {
            Since = 15,
        },
        new(
            "ALTER TABLE o.virtual DROP COLUMN b; ALTER TABLE o.virtual ADD COLUMN b integer GENERATED ALWAYS AS (a * 3) VIRTUAL",
            "column",
            "o.virtual.b"
        )
        {
            Since = 18,
        },
        new("ALTER TABLE o.lax DROP CONSTRAINT lax, ADD CONSTRAINT lax CHECK (a > 0)", "check constraint", "o.lax.lax") { Since = 18 },
        new("ALTER TABLE o.lax RENAME CONSTRAINT given TO <other|more|third>", "column", "o.lax.a") { Since = 18 },
        new(
            "ALTER TABLE o.lax DROP CONSTRAINT given; ALTER TABLE o.lax ADD CONSTRAINT given NOT NULL a <NO INHERIT|NOT VALID|NO INHERIT NOT VALID>",
            "column",
            "o.lax.a"
        )
        {
            Since = 18,
        },
        new("ALTER TABLE o.lax ALTER <a|b> DROP NOT NULL", "column", "o.lax.<a|b>") { Since = 18 },
        new("ALTER TABLE o.lax VALIDATE CONSTRAINT later", "column", "o.lax.b") { Since = 18 },
        new("COMMENT ON CONSTRAINT given ON o.lax IS <NULL|'another'|'b'>", "column", "o.lax.a") { Since = 18 },
        new("ALTER TABLE o.part SET ACCESS METHOD <heap|heap2>", "table", "o.part") { Since = 17 },
        new("GRANT MAINTAIN ON <s.t|s.child|o.opt> TO pg_read_all_stats", "privileges", "table <s.t|s.child|o.opt> to pg_read_all_stats")
        {
            Since = 17,
        },
        new(
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO pg_monitor",
            "privileges",
            "default acl for role {user} on large objects to pg_monitor"
        )
        {
            Since = 18,
        },
        new(
            "ALTER TABLE o.periods DROP CONSTRAINT once CASCADE, ADD CONSTRAINT once <PRIMARY KEY (span)|PRIMARY KEY (span, at WITHOUT OVERLAPS) DEFERRABLE|PRIMARY KEY (at, span WITHOUT OVERLAPS)>",
            "primary key",
            "o.periods.once"
        )
        {
            Since = 18,
            Also = "foreign key",
        },
        new("ALTER TABLE o.within DROP CONSTRAINT inside", "foreign key", "o.within.inside") { Since = 18 },
        new("ALTER TABLE o.lax ALTER CONSTRAINT refers <ENFORCED|DEFERRABLE>", "foreign key", "o.lax.refers") { Since = 18 },
        new("ALTER PUBLICATION generated SET (publish_generated_columns = none)", "publication", "generated") { Since = 18 },
        new("ALTER OPERATOR s.== (s.pair, s.pair) SET (<HASHES|MERGES>)", "operator", "s.== (s.pair, s.pair)") { Since = 17 },
        new("ALTER TABLE o.opt ALTER twice SET EXPRESSION AS (<3|4|5>)", "column", "o.opt.twice") { Since = 17 },
        new(
            "ALTER TYPE o.item <ADD ATTRIBUTE c integer|DROP ATTRIBUTE b|ALTER ATTRIBUTE b TYPE varchar(5)|RENAME ATTRIBUTE b TO c> CASCADE",
            "column",
            "o.item.<c|b|b|b>"
        )
        {
            Also = "column,column order",
        },
        new("ALTER INDEX s.t_lower ALTER COLUMN <1|2> SET STATISTICS <50|60|70>", "index", "s.t_lower"),
        new("ALTER INDEX o.i_btree SET (<fillfactor = 70|deduplicate_items = off|fillfactor = 81>)", "index", "o.i_btree"),
        new(
            "ALTER INDEX <o.i_gin RESET (fastupdate)|o.i_brin SET (autosummarize = on)|o.i_hash SET (fillfactor = 60)|o.i_gist SET (buffering = off)|o.i_spgist SET (fillfactor = 70)|o.i_gin SET (gin_pending_list_limit = 128)>",
            "index",
            "<o.i_gin|o.i_brin|o.i_hash|o.i_gist|o.i_spgist|o.i_gin>"
        ),
        new("DROP INDEX <o.i_gist|o.i_hash|o.i_spgist|o.i_brin|o.i_unique>", "index", "<o.i_gist|o.i_hash|o.i_spgist|o.i_brin|o.i_unique>"),
        new(
            "DROP INDEX o.i_btree; CREATE INDEX i_btree ON o.opt USING btree (<name varchar_pattern_ops DESC, amount|name DESC NULLS LAST, amount|name varchar_pattern_ops NULLS LAST, amount|amount, name varchar_pattern_ops DESC NULLS LAST>) INCLUDE (at) WITH (fillfactor = 80) WHERE amount > 1",
            "index",
            "o.i_btree"
        ),
        new(
            "DROP INDEX o.i_btree; CREATE INDEX i_btree ON o.opt USING btree (name varchar_pattern_ops DESC NULLS LAST, amount) <INCLUDE (id)|INCLUDE (at, id)> WITH (fillfactor = 80) WHERE amount > 1",
            "index",
            "o.i_btree"
        ),
        new(
            "DROP INDEX o.i_btree; CREATE INDEX i_btree ON o.opt USING btree (name varchar_pattern_ops DESC NULLS LAST, amount) INCLUDE (at) WITH (fillfactor = 80) <WHERE amount = 1|WHERE amount = 2|>",
            "index",
            "o.i_btree"
        ),
        new(
            "DROP INDEX o.i_unique; CREATE <INDEX i_unique ON o.opt (lower(name))|UNIQUE INDEX i_unique ON o.opt (upper(name))|UNIQUE INDEX i_unique ON o.opt (lower(name)) WHERE id = 1>",
            "index",
            "o.i_unique"
        ),
        new("CREATE INDEX extra ON <s.child (t)|o.ref (id)|o.parent (x)>", "index", "<s|o|o>.extra"),
        new("ALTER INDEX o.i_brin RENAME TO renamed", "index", "o.i_brin") { Also = "index" },
        new("UPDATE pg_index SET <indisvalid = false|indisready = false> WHERE indexrelid = 'o.i_brin'::regclass", "index", "o.i_brin"),
        new("DROP INDEX o.part_k", "index", "o.part_k") { Also = "index" },
        new("ALTER TABLE o.opt <DISABLE|ENABLE ALWAYS|ENABLE REPLICA> TRIGGER before", "trigger", "o.opt.before"),
        new("DROP TRIGGER <before|after|later> ON o.opt", "trigger", "o.opt.<before|after|later>"),
        new(
            "CREATE OR REPLACE TRIGGER before BEFORE UPDATE OF <name|name, at|amount> ON o.opt FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION o.trg('a')",
            "trigger",
            "o.opt.before"
        ),
        new(
            "CREATE OR REPLACE TRIGGER before BEFORE UPDATE OF name, amount ON o.opt FOR EACH ROW <WHEN (OLD.id = 1) EXECUTE FUNCTION o.trg('a')|WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION o.trg('b')|EXECUTE FUNCTION o.trg('a')>",
            "trigger",
            "o.opt.before"
        ),
        new(
            "CREATE OR REPLACE TRIGGER after AFTER INSERT ON o.opt REFERENCING NEW TABLE AS <stale|other|new> FOR EACH STATEMENT EXECUTE FUNCTION o.trg()",
            "trigger",
            "o.opt.after"
        ),
        new(
            "DROP TRIGGER later ON o.opt; CREATE CONSTRAINT TRIGGER later AFTER <INSERT ON o.opt DEFERRABLE|INSERT OR UPDATE ON o.opt DEFERRABLE INITIALLY DEFERRED|INSERT ON o.opt> FOR EACH ROW EXECUTE FUNCTION o.trg()",
            "trigger",
            "o.opt.later"
        ),
        new(
            "CREATE TRIGGER more AFTER DELETE ON <o.opt|s.child|o.ref> FOR EACH ROW EXECUTE FUNCTION o.trg()",
            "trigger",
            "<o.opt|s.child|o.ref>.more"
        ),
        new(
            "CREATE OR REPLACE RULE quiet AS ON DELETE TO o.ref <DO INSTEAD NOTHING|WHERE OLD.id = 2 DO INSTEAD NOTHING|WHERE OLD.id = 1 DO ALSO SELECT 1>",
            "rule",
            "o.ref.quiet"
        ),
        new("ALTER TABLE o.ref <DISABLE|ENABLE ALWAYS|ENABLE REPLICA> RULE quiet", "rule", "o.ref.quiet"),
        new("DROP RULE quiet ON o.ref", "rule", "o.ref.quiet"),
        new(
            "ALTER POLICY own ON o.opt <USING (amount = 1)|WITH CHECK (amount = 1)|TO PUBLIC|TO pg_monitor, pg_read_all_data>",
            "policy",
            "o.opt.own"
        ),
        new(
            "DROP POLICY own ON o.opt; CREATE POLICY own ON o.opt <AS PERMISSIVE FOR UPDATE|AS RESTRICTIVE FOR ALL|AS PERMISSIVE FOR ALL> TO pg_monitor USING (amount > 0) WITH CHECK (amount < 100)",
            "policy",
            "o.opt.own"
        )
        {
            Also = "policy comment",
        },
        new("CREATE POLICY more ON <o.opt|s.t|o.ref> USING (true)", "policy", "<o.opt|s.t|o.ref>.more"),
        new("ALTER VIEW o.checked SET (<security_barrier = false|check_option = cascaded>)", "view", "o.checked"),
        new("ALTER VIEW o.checked RESET (<security_barrier|check_option>)", "view", "o.checked"),
        new("ALTER VIEW o.invoker <SET (security_invoker = off)|RESET (security_invoker)>", "view", "o.invoker") { Since = 15 },
        new(
            "CREATE OR REPLACE VIEW o.over AS <SELECT name FROM o.opt|SELECT lower(name)::varchar(20) AS name FROM o.checked|SELECT name FROM o.checked WHERE id = 1>",
            "view",
            "o.over"
        ),
        new("CREATE OR REPLACE VIEW s.v AS SELECT a, <b|c|d> FROM s.t", "view", "s.v") { Also = "column" },
        new("DROP VIEW <s.v|o.over>", "view", "<s.v|o.over>"),
        new("ALTER MATERIALIZED VIEW o.empty SET (fillfactor = <60|50|40>)", "materialized view", "o.empty"),
        new("DROP MATERIALIZED VIEW <s.m|o.empty>", "materialized view", "<s.m|o.empty>") { Also = "publication" },
        new(
            "ALTER SEQUENCE o.seq <INCREMENT 4|MINVALUE 1|MAXVALUE 98|START 6|CACHE 5|NO CYCLE|AS integer MAXVALUE 99|OWNED BY NONE|OWNED BY o.ref.id>",
            "sequence",
            "o.seq"
        ),
        new("ALTER SEQUENCE <s.q|o.opt_n_seq> INCREMENT <2|3>", "sequence", "<s.q|o.opt_n_seq>"),
        new("ALTER SEQUENCE o.opt_id_seq INCREMENT <4|5|6>", "sequence", "o.opt_id_seq"),
        new("DROP SEQUENCE s.q", "sequence", "s.q"),
        new("ALTER SEQUENCE o.quick SET LOGGED", "sequence", "o.quick") { Since = 15 },
        new("ALTER TYPE o.mood ADD VALUE <'new'|'low' BEFORE 'sad'|'mid' AFTER 'sad'>", "enum", "o.mood"),
        new("ALTER TYPE o.mood RENAME VALUE '<sad|ok|happy>' TO 'renamed'", "enum", "o.mood"),
        new("DROP TYPE s.e", "enum", "s.e"),
        new(
            "ALTER DOMAIN o.code <DROP DEFAULT|SET DEFAULT 'b'|DROP NOT NULL|DROP CONSTRAINT code_check|ADD CHECK (VALUE IS NOT NULL)|RENAME CONSTRAINT code_check TO other>",
            "domain",
            "o.code"
        ),
        new("COMMENT ON CONSTRAINT code_check ON DOMAIN o.code IS <NULL|'a comment'>", "domain", "o.code"),
        new("ALTER DOMAIN s.d DROP CONSTRAINT d_check; ALTER DOMAIN s.d SET NOT NULL; ALTER DOMAIN s.d SET DEFAULT 5", "domain", "s.d"),
        new("CREATE TYPE s.more AS (x integer)", "composite type", "s.more"),
        new(
            "DROP TYPE s.ranges; CREATE TYPE s.ranges AS RANGE (<subtype = double precision|subtype = double precision, subtype_diff = float8mi, multirange_type_name = s.many|subtype = numeric>)",
            "range type",
            "s.ranges"
        )
        {
            Also = "type owner",
        },
        new(
            "ALTER TYPE s.base SET (<STORAGE = plain, RECEIVE = NONE, ANALYZE = array_typanalyze|ANALYZE = array_typanalyze|SUBSCRIPT = raw_array_subscript_handler>)",
            "type",
            "s.base"
        ),
        new(
            "ALTER FUNCTION o.f(integer, text) <IMMUTABLE|CALLED ON NULL INPUT|SECURITY INVOKER|NOT LEAKPROOF|COST 60|PARALLEL RESTRICTED|SET work_mem = '9MB'|RESET work_mem|SET lock_timeout = '1s'>",
            "function",
            "o.f(a integer, b text, OUT c integer)"
        ),
        new(
            "CREATE OR REPLACE FUNCTION o.f(a integer, b text DEFAULT 'x', OUT c integer) LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER LEAKPROOF COST 50 PARALLEL SAFE SET work_mem = '8MB' AS 'BEGIN c := <2|3|4>; END'",
            "function",
            "o.f(a integer, b text, OUT c integer)"
        ),
        new("ALTER FUNCTION o.many(integer[]) ROWS <8|9|10>", "function", "o.many(VARIADIC xs integer[])"),
        new(
            "CREATE OR REPLACE FUNCTION o.atomic(x integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN x + <2|3|4>",
            "function",
            "o.atomic(x integer)"
        ),
        new("ALTER PROCEDURE o.run(integer) <SECURITY DEFINER|SET work_mem = '9MB'>", "function", "o.run(INOUT x integer)"),
        new("DROP FUNCTION s.cmp(text, text)", "function", "s.cmp(text, text)"),
        new("DROP PROCEDURE s.p(integer)", "function", "s.p(IN integer)"),
        new(
            "CREATE FUNCTION <s.cmp(integer)|o.f(text)|s.eq(text)> RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "function",
            "<s.cmp(integer)|o.f(text)|s.eq(text)>"
        ),
        new(
            "CREATE OR REPLACE AGGREGATE s.total (integer) (SFUNC = int4pl, STYPE = integer<, COMBINEFUNC = int4pl|, PARALLEL = SAFE|, COMBINEFUNC = int4pl, PARALLEL = SAFE, INITCOND = '0'>)",
            "function",
            "s.total(integer)"
        ),
        new(
            "CREATE OR REPLACE AGGREGATE o.longest (text) (SFUNC = textcat, STYPE = text<|, INITCOND = ''|, INITCOND = 'x'>)",
            "function",
            "o.longest(text)"
        ),
        new("DROP PUBLICATION <pub|everything>", "publication", "<pub|everything>"),
        new("ALTER PUBLICATION pub ADD TABLE <s.child|o.parent|o.heir>", "publication", "pub"),
        new("ALTER PUBLICATION pub SET TABLE s.t (<a, b|a|a, c>)", "publication", "pub") { Since = 15 },
        new("ALTER PUBLICATION pub SET TABLE s.t WHERE (a > <5|6|7>)", "publication", "pub") { Since = 15 },
        new("ALTER PUBLICATION pub ADD TABLES IN SCHEMA <public|o>", "publication", "pub") { Since = 15 },
        new("ALTER PUBLICATION <pub|everything> SET (<publish = 'delete'|publish = 'update, delete'>)", "publication", "<pub|everything>"),
        new("ALTER PUBLICATION <pub|everything> SET (publish_via_partition_root = true)", "publication", "<pub|everything>"),
        new(
            "CREATE SUBSCRIPTION sub CONNECTION 'host=x password=canary' PUBLICATION <a|a, b|c> WITH (connect = false)",
            "subscription",
            "sub"
        ),
        new("DROP EVENT TRIGGER et", "event trigger", "et"),
        new("ALTER EVENT TRIGGER et <DISABLE|ENABLE REPLICA|ENABLE ALWAYS>", "event trigger", "et"),
        new(
            "DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON <ddl_command_start|ddl_command_end|sql_drop> EXECUTE FUNCTION s.evt()",
            "event trigger",
            "et"
        )
        {
            Also = "event trigger comment",
        },
        new("DROP CAST (text AS s.pair)", "cast", "(text AS s.pair)"),
        new(
            "DROP CAST (text AS s.pair); CREATE CAST (text AS s.pair) WITH <FUNCTION s.pair_of(text) AS IMPLICIT|FUNCTION s.pair_of(text)|INOUT AS ASSIGNMENT>",
            "cast",
            "(text AS s.pair)"
        )
        {
            Also = "cast comment",
        },
        new(
            "ALTER OPERATOR s.== (s.pair, s.pair) SET (<RESTRICT = eqsel|JOIN = eqjoinsel|RESTRICT = neqsel>)",
            "operator",
            "s.== (s.pair, s.pair)"
        ),
        new("DROP OPERATOR CLASS s.ops USING btree", "operator class", "s.ops USING btree") { Also = "operator family" },
        new(
            "ALTER OPERATOR FAMILY s.fam USING btree ADD FUNCTION 2 (s.pair, s.pair) btint4sortsupport(internal)",
            "operator family",
            "s.fam USING btree"
        ),
        new(
            "ALTER TEXT SEARCH CONFIGURATION s.cfg <DROP MAPPING FOR word|ADD MAPPING FOR email WITH simple|ALTER MAPPING FOR word WITH pg_catalog.simple|ALTER MAPPING REPLACE s.dict WITH pg_catalog.simple>",
            "text search configuration",
            "s.cfg"
        ),
        new("ALTER TEXT SEARCH DICTIONARY s.dict (<accept = false|stopwords = english|accept = true>)", "text search dictionary", "s.dict"),
        new("DROP TEXT SEARCH TEMPLATE s.tmpl", "text search template", "s.tmpl"),
        new("DROP TEXT SEARCH PARSER s.prs", "text search parser", "s.prs"),
        new(
            "DROP COLLATION s.libc; CREATE COLLATION s.libc (provider = libc, <locale = 'POSIX'|lc_collate = 'C', lc_ctype = 'POSIX'>)",
            "collation",
            "s.libc"
        )
        {
            Also = "collation comment",
        },
        new("COMMENT ON COLLATION s.libc IS <NULL|'another'|'b'>", "collation comment", "s.libc"),
        new("COMMENT ON SCHEMA s IS <'another'|NULL>", "schema comment", "s"),
        new("CREATE SCHEMA <other|more|third>", "schema", "<other|more|third>"),
        new("DROP CONVERSION s.conv", "conversion", "s.conv"),
        new("DROP STATISTICS <s.st|o.deps>", "statistics", "<s.st|o.deps>"),
        new("ALTER STATISTICS s.st SET STATISTICS <20|30|40>", "statistics", "s.st"),
        new(
            "DROP STATISTICS s.st; CREATE STATISTICS s.st <(dependencies) ON a, c|(ndistinct, mcv) ON a, c|(ndistinct) ON a, b> FROM s.t",
            "statistics",
            "s.st"
        ),
        new("DROP TRANSFORM FOR s.pair LANGUAGE plpgsql", "transform", "FOR s.pair LANGUAGE plpgsql"),
        new("DROP LANGUAGE pl2", "language", "pl2"),
        new("DROP ACCESS METHOD heap2", "access method", "heap2"),
        new("ALTER FOREIGN DATA WRAPPER w OPTIONS (<debug 'on'|a '1'|b '2'>)", "foreign data wrapper", "w"),
        new("ALTER SERVER srv OPTIONS (<SET host 'other'|DROP host|ADD port '1'>)", "server", "srv"),
        new("ALTER SERVER srv VERSION '<2|3|4>'", "server", "srv"),
        new("DROP USER MAPPING FOR PUBLIC SERVER srv", "user mapping", "FOR PUBLIC SERVER srv"),
        new("CREATE USER MAPPING FOR pg_monitor SERVER srv", "user mapping", "FOR pg_monitor SERVER srv"),
        new("<DROP EXTENSION pgcrypto|ALTER EXTENSION pgcrypto SET SCHEMA s>", "extension", "pgcrypto"),
        new("ALTER ROLE ALL IN DATABASE {database} SET work_mem = '<5|6|7>MB'", "setting", "ALL work_mem"),
        new("COMMENT ON DATABASE {database} IS '<tested|a|b>'", "database", "comment"),
        new("COMMENT ON TABLE o.opt IS <NULL|'another'|'b'>", "table comment", "o.opt"),
        new("COMMENT ON COLUMN o.opt.name IS <NULL|'another'|'b'>", "column comment", "o.opt.name"),
        new("COMMENT ON CONSTRAINT name_u ON o.opt IS <NULL|'another'|'b'>", "constraint comment", "o.opt.name_u"),
        new("COMMENT ON INDEX o.i_gin IS <NULL|'another'|'b'>", "index comment", "o.i_gin"),
        new("COMMENT ON TRIGGER before ON o.opt IS <NULL|'another'|'b'>", "trigger comment", "o.opt.before"),
        new("COMMENT ON POLICY own ON o.opt IS <NULL|'another'|'b'>", "policy comment", "o.opt.own"),
        new("COMMENT ON RULE quiet ON o.ref IS <NULL|'another'|'b'>", "rule comment", "o.ref.quiet"),
        new("COMMENT ON VIEW o.checked IS <NULL|'another'|'b'>", "view comment", "o.checked"),
        new("COMMENT ON MATERIALIZED VIEW o.empty IS <NULL|'another'|'b'>", "materialized view comment", "o.empty"),
        new("COMMENT ON SEQUENCE o.seq IS <NULL|'another'|'b'>", "sequence comment", "o.seq"),
        new("COMMENT ON TYPE o.mood IS <NULL|'another'|'b'>", "enum comment", "o.mood"),
        new("COMMENT ON DOMAIN o.code IS <NULL|'another'|'b'>", "domain comment", "o.code"),
        new("COMMENT ON FUNCTION o.f(integer, text) IS <NULL|'another'|'b'>", "function comment", "o.f(a integer, b text, OUT c integer)"),
        new("COMMENT ON PROCEDURE o.run(integer) IS <NULL|'another'|'b'>", "function comment", "o.run(INOUT x integer)"),
        new("COMMENT ON AGGREGATE o.longest(text) IS <NULL|'another'|'b'>", "function comment", "o.longest(text)"),
        new("COMMENT ON TYPE o.item IS <NULL|'another'|'b'>", "composite type comment", "o.item"),
        new("COMMENT ON STATISTICS o.deps IS <NULL|'another'|'b'>", "statistics comment", "o.deps"),
        new("COMMENT ON EVENT TRIGGER et IS <NULL|'another'|'b'>", "event trigger comment", "et"),
        new("COMMENT ON PUBLICATION pub IS <NULL|'another'|'b'>", "publication comment", "pub"),
        new("COMMENT ON SERVER srv IS <NULL|'another'|'b'>", "server comment", "srv"),
        new("COMMENT ON CAST (text AS s.pair) IS <NULL|'another'|'b'>", "cast comment", "(text AS s.pair)"),
        new("COMMENT ON OPERATOR s.== (s.pair, s.pair) IS <NULL|'another'|'b'>", "operator comment", "s.== (s.pair, s.pair)"),
        new("COMMENT ON LANGUAGE pl2 IS <NULL|'another'|'b'>", "language comment", "pl2"),
        new("COMMENT ON FOREIGN TABLE s.ft IS <NULL|'another'|'b'>", "table comment", "s.ft"),
        new("ALTER TABLE o.part_1 <DISABLE|ENABLE ALWAYS|ENABLE REPLICA> TRIGGER audit", "table", "o.part_1"),
        new("ALTER TABLE o.part_rest ENABLE TRIGGER audit", "table", "o.part_rest"),
        new("ALTER INDEX o.near ALTER COLUMN 1 SET STATISTICS <50|100>", "exclusion constraint", "o.fast.near"),
        new("ALTER TYPE s.shell OWNER TO <pg_monitor|pg_read_all_data>", "type owner", "s.shell"),
        new(
            "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'o.<part_1|part_rest>'::regclass",
            "table",
            "o.<part_1|part_rest>"
        ),
        new("ALTER TABLE o.<top_2_1|top_1|top_2|top> DISABLE TRIGGER ALL", "foreign key", "o.below.up"),
        new("GRANT SELECT (<ctid|xmin|tableoid>) ON s.t TO PUBLIC", "privileges", "table column s.t.<ctid|xmin|tableoid> to PUBLIC"),
    ];

    /// <summary>
    /// The changes that a server of a major version can make: all of them in every variant, or a fifth of them in their first, so that the five
    /// versions make each once.
    /// </summary>
    public static IEnumerable<ChangeTemplate> Changes(int major, bool all) =>
        from item in Templates.Select((template, index) => (template, major: Math.Max(14 + (index % 5), template.Since)))
        where all ? item.template.Since <= major : item.major == major
        from change in Variants(item.template).Take(all ? int.MaxValue : 1)
        select change;

    private static IEnumerable<ChangeTemplate> Variants(ChangeTemplate template)
    {
        var count = Alternatives().Matches(template.Sql).Select(match => match.Groups[1].Value.Split('|').Length).DefaultIfEmpty(1).Max();
        for (var i = 0; i < count; i++)
        {
            yield return template with
            {
                Sql = Choose(template.Sql, i),
                Kind = Choose(template.Kind, i),
                Name = Choose(template.Name, i),
            };
        }
    }

    private static string Choose(string text, int variant) =>
        Alternatives().Replace(text, match => match.Groups[1].Value.Split('|') is var values ? values[variant % values.Length] : "");

    [GeneratedRegex(@"<([^<>]*\|[^<>]*)>")]
    private static partial Regex Alternatives();
}
