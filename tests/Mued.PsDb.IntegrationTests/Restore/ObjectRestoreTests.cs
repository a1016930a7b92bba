namespace Mued.PsDb.Tests;

/// <summary>Whatever hangs on what an undo takes is told, and comes back.</summary>
public sealed class ObjectRestoreTests
{
    private static readonly (string, string)[] Files =
    [
        (
            "0001_orders.sql",
            """
            CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE DOMAIN positive AS int CONSTRAINT low CHECK (VALUE > 0);
            CREATE TABLE orders (id int PRIMARY KEY, note text, amount int, at date DEFAULT '2026-01-01');
            CREATE TABLE lines (id int PRIMARY KEY, "order" int REFERENCES orders, text text);
            CREATE TABLE parts (id int, day date NOT NULL) PARTITION BY RANGE (day);
            CREATE INDEX orders_at ON orders (at); ALTER TABLE users ALTER email TYPE varchar(200), ALTER clerk_id TYPE varchar;
            """
        ),
        (
            "rollback_0001_orders.sql",
            "DROP TABLE lines, orders, parts CASCADE; DROP TYPE mood CASCADE; DROP DOMAIN positive; ALTER TABLE users ALTER email TYPE text, ALTER clerk_id TYPE varchar;"
        ),
    ];

    /// <summary>What people did by hand, a line a kind.</summary>
    private const string ByHand = """
        CREATE INDEX "by Hand" ON orders (lower(note), amount DESC) WITH (fillfactor = 60) WHERE amount > 3;
        CREATE UNIQUE INDEX orders_note ON orders ((note || 'x')) INCLUDE (amount);
        ALTER INDEX orders_note ALTER COLUMN 1 SET STATISTICS 77; COMMENT ON INDEX orders_note IS 'it''s mine';
        ALTER INDEX lines_pkey SET (fillfactor = 55); COMMENT ON INDEX lines_pkey IS 'of a key'; COMMENT ON INDEX orders_pkey IS 'it''s another';
        ALTER TYPE mood ADD VALUE 'so so' BEFORE 'bad'; ALTER TYPE mood ADD VALUE 'it''s fine';
        ALTER DOMAIN positive ADD CONSTRAINT high CHECK (VALUE < 9); ALTER DOMAIN positive SET DEFAULT 3;
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch('a');
        ALTER TABLE orders DISABLE TRIGGER touched; COMMENT ON TRIGGER touched ON orders IS 'off';
        CREATE RULE quiet AS ON DELETE TO lines DO ALSO NOTIFY lines; ALTER TABLE lines ENABLE ALWAYS RULE quiet;
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY mine ON orders AS RESTRICTIVE FOR SELECT TO pg_monitor, pg_read_all_data USING (amount > 0); COMMENT ON POLICY mine ON orders IS 'p';
        CREATE STATISTICS stats (dependencies, mcv) ON amount, at FROM orders; ALTER STATISTICS stats SET STATISTICS 33; COMMENT ON STATISTICS stats IS 's';
        GRANT SELECT, UPDATE ON orders TO pg_monitor WITH GRANT OPTION; GRANT INSERT (note) ON orders TO pg_monitor; GRANT SELECT ON lines TO PUBLIC;
        GRANT USAGE ON TYPE mood TO pg_monitor; REVOKE USAGE ON TYPE mood FROM PUBLIC;
        ALTER TABLE lines OWNER TO pg_monitor; COMMENT ON TABLE orders IS 'two; lines'; COMMENT ON COLUMN orders.note IS 'c'; COMMENT ON TYPE mood IS 'm';
        COMMENT ON CONSTRAINT lines_order_fkey ON lines IS 'k';
        ALTER TABLE orders ALTER note SET STORAGE EXTERNAL, ALTER amount SET STATISTICS 50, ALTER amount SET (n_distinct = -0.5);
        ALTER TABLE orders REPLICA IDENTITY FULL; ALTER TABLE lines REPLICA IDENTITY USING INDEX lines_pkey; ALTER TABLE lines CLUSTER ON lines_pkey;
        ALTER TABLE orders SET (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = off);
        ALTER TABLE orders ADD COLUMN extra int NOT NULL DEFAULT 7, ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID; ALTER TABLE orders ALTER amount SET DEFAULT 4, ALTER amount SET NOT NULL;
        ALTER TABLE orders ADD CONSTRAINT once UNIQUE (amount, note) DEFERRABLE;
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); CREATE INDEX parts_1_id ON parts_1 (id);
        CREATE INDEX parts_day ON parts (day); CREATE INDEX half ON ONLY parts (id, day);
        CREATE TABLE child (more text DEFAULT 'x') INHERITS (orders);
        CREATE VIEW totals WITH (security_barrier = true) AS SELECT note, sum(amount) AS total FROM orders WHERE note <> 'two
          lines' GROUP BY note; COMMENT ON VIEW totals IS 'v'; GRANT SELECT ON totals TO pg_monitor;
        CREATE VIEW upper AS SELECT upper(note) AS note FROM totals; ALTER VIEW upper ALTER note SET DEFAULT 'd';
        CREATE MATERIALIZED VIEW sums AS SELECT total FROM totals; CREATE MATERIALIZED VIEW kept AS SELECT id FROM orders WITH NO DATA; CREATE INDEX kept_id ON kept (id);
        CREATE FUNCTION latest() RETURNS orders LANGUAGE sql AS 'SELECT * FROM orders LIMIT 1'; GRANT EXECUTE ON FUNCTION latest() TO pg_monitor;
        CREATE FUNCTION feel(mood) RETURNS mood LANGUAGE sql IMMUTABLE RETURN $1;
        CREATE TYPE pair AS (n int, m mood); COMMENT ON COLUMN pair.m IS 'second'; CREATE TABLE pairs (id int PRIMARY KEY, p pair, many pair[]);
        CREATE TABLE others (id int PRIMARY KEY, "order" int REFERENCES orders ON DELETE SET NULL, m mood NOT NULL DEFAULT 'good');
        CREATE UNIQUE INDEX others_m ON others (m); ALTER TABLE others REPLICA IDENTITY USING INDEX others_m; ALTER TABLE others CLUSTER ON others_m;
        ALTER TABLE users ALTER email SET STORAGE EXTERNAL, ALTER email SET DEFAULT 'e', ALTER clerk_id SET STORAGE MAIN, ALTER clerk_id SET COMPRESSION pglz;
        CREATE INDEX users_e ON users (lower(email), upper(clerk_id)); ALTER INDEX users_e ALTER COLUMN 2 SET STATISTICS 77;
        """;

    [Fact]
    public async Task All_that_people_made_comes_back_and_a_dump_is_what_it_was()
    {
        using var set = new MigrationSet(Files);
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(ByHand);
        await scene.Database.ExecuteAsync(
            "CREATE PUBLICATION news FOR TABLE lines (id, text) WHERE (id > 3), users; INSERT INTO orders (id, note, amount) VALUES (1, 'a', 5); INSERT INTO parts VALUES (1, '2026-05-05'); INSERT INTO child (id, amount) VALUES (2, 6); INSERT INTO others VALUES (1, 1, 'so so')"
        );
        var before = await SchemaDump.ReadAsync(scene.Database);

        var undone = await scene.UndoneAsync(scene.Options with { Force = true });
        Assert.Contains(undone.Objects, item => item is { Kind: "index", Name: "public.\"by Hand\"", Statement: not null });
        Assert.Equal(
            [
                "ALTER TABLE ONLY public.users ALTER COLUMN clerk_id SET COMPRESSION pglz",
                "ALTER TABLE ONLY public.users ALTER COLUMN clerk_id SET STORAGE MAIN",
            ],
            undone.Objects.Where(item => item.Kind == "column setting").Select(item => item.Statement).Order()
        );
        await scene.MigrateAsync();
        var rehearsed = await BackupRestorer.RunAsync(scene.Settings, new() { Path = scene.BackupPath, DryRun = true });
        Assert.Contains("commits", rehearsed.Error?.Advice, StringComparison.Ordinal);
        var restored = await scene.RestoreAsync();

        Assert.Equal(
            "",
            string.Join(
                '\n',
                restored
                    .Objects.Where(item => item.Status is not (RestoredObjectStatus.Present or RestoredObjectStatus.Restored))
                    .Select(item => $"{item.Kind} {item.Name} {item.Status}: {item.Reason}")
            )
        );
        Assert.Null(restored.Error);
        var after = await SchemaDump.ReadAsync(scene.Database);
        Assert.Equal(
            "",
            string.Join(
                '\n',
                before.Except(after).Select(text => "lost " + text).Concat(after.Except(before).Select(text => "new " + text))
            )
        );
        Assert.Equal(1, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM parts_1"));
        Assert.Equal("so so", await scene.Database.ScalarAsync<string>("SELECT m::text FROM others"));
    }

    [Fact]
    public async Task A_report_of_the_objects_makes_none()
    {
        using var set = new MigrationSet(Files);
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            "CREATE INDEX mine ON orders (note); CREATE INDEX half ON orders (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half'::regclass; COMMENT ON TABLE lines IS 'l'; INSERT INTO orders (id) VALUES (1)"
        );
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        var options = new RestoreOptions { Path = scene.BackupPath, SchemaObjects = SchemaObjectsAction.Report };
        var told = await BackupRestorer.RunAsync(scene.Settings, options);
        Assert.Equal((RunStatus.Succeeded, 1), (told.Status, told.Loaded));
        Assert.Equal(
            [
                ("index public.half", RestoredObjectStatus.Missing, "CREATE INDEX half ON public.orders USING btree (id)"),
                ("index public.mine", RestoredObjectStatus.Missing, "CREATE INDEX mine ON public.orders USING btree (note)"),
                ("table comment public.lines", RestoredObjectStatus.Missing, "COMMENT ON TABLE public.lines IS 'l'"),
            ],
            told.Objects.Where(item => item.Status != RestoredObjectStatus.Present)
                .Select(item => ($"{item.Kind} {item.Name}", item.Status, item.Statement))
                .Order()
        );
        Assert.False(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('mine') IS NOT NULL"));
        var restored = await scene.RestoredAsync();
        Assert.Equal("public.half", restored.Objects.Single(item => item.Status == RestoredObjectStatus.Different).Name);
        Assert.Equal(2, restored.Objects.Count(item => item.Status == RestoredObjectStatus.Restored));
    }

    [Fact]
    public async Task Keys_that_are_not_checked_published_schemas_grants_of_others_and_user_mappings_come_back_or_are_told()
    {
        const string states =
            "SELECT string_agg(concat_ws(' ', tgrelid::regclass, f.proname, tgenabled), ', ' ORDER BY tgrelid::regclass::text, proname, tgenabled) FROM pg_trigger JOIN pg_proc AS f ON f.oid = tgfoid WHERE tgenabled <> 'O'";
        using var set = new MigrationSet(
            (
                "0001_s.sql",
                """
                CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY, u int UNIQUE DEFERRABLE, v int, up int REFERENCES s.a);
                CREATE TABLE s.b (a int REFERENCES s.a, c int, own int); CREATE FOREIGN DATA WRAPPER w; CREATE SERVER v FOREIGN DATA WRAPPER w; CREATE PUBLICATION ours FOR TABLE s.a;
                """
            ),
            ("rollback_0001_s.sql", "DROP SCHEMA s CASCADE; DROP FOREIGN DATA WRAPPER w CASCADE; DROP PUBLICATION ours;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            CREATE USER MAPPING FOR PUBLIC SERVER v; CREATE TABLE other (a int); ALTER TABLE s.b ADD CONSTRAINT mine FOREIGN KEY (own) REFERENCES s.a;
            ALTER TABLE s.a DISABLE TRIGGER ALL;
            DO $$ DECLARE t record; BEGIN
                FOR t IN SELECT g.*, row_number() OVER (ORDER BY tgname) AS n FROM pg_trigger AS g WHERE tgrelid = 's.b'::regclass LOOP
                    EXECUTE format('ALTER TABLE s.b %s TRIGGER %I', (ARRAY['ENABLE ALWAYS', 'ENABLE REPLICA', 'DISABLE', 'ENABLE'])[t.n], t.tgname);
                END LOOP; END $$;
            CREATE PUBLICATION news FOR TABLES IN SCHEMA s, TABLE other; COMMENT ON PUBLICATION ours IS 'o'; COMMENT ON FOREIGN DATA WRAPPER w IS 'w';
            GRANT USAGE ON FOREIGN DATA WRAPPER w TO pg_monitor;
            GRANT USAGE ON SCHEMA s TO pg_monitor; GRANT SELECT ON s.a TO pg_monitor WITH GRANT OPTION; SET ROLE pg_monitor; GRANT SELECT ON s.a TO pg_read_all_stats; RESET ROLE;
            """
        );
        var before = (await scene.Database.ScalarAsync<string>(states), await SchemaDump.ReadAsync(scene.Database));
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options);
        Assert.Contains(plan.Objects, item => item is { Kind: "publication schema", Name: "s IN news", Statement: not null });
        Assert.Equal(["table s.a"], Grants(plan.Warnings));
        Assert.Contains(plan.Warnings, text => text.EndsWith(": FOR PUBLIC SERVER v.", StringComparison.Ordinal));
        await scene.UndoneAsync(scene.Options with { Force = true });
        await scene.MigrateAsync();
        var restored = await scene.RestoredAsync();
        Assert.Equal(["table s.a"], Grants(restored.Warnings));
        Assert.Contains(restored.Warnings, text => text.EndsWith(": FOR PUBLIC SERVER v.", StringComparison.Ordinal));
        Assert.DoesNotContain(restored.Objects, item => item.Status == RestoredObjectStatus.Different);
        Assert.Equal(before.Item1, await scene.Database.ScalarAsync<string>(states));
        var after = await SchemaDump.ReadAsync(scene.Database);
        Assert.All(
            before.Item2.Except(after).Concat(after.Except(before.Item2)),
            text => Assert.Contains("pg_read_all_stats", text, StringComparison.Ordinal)
        );
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT has_table_privilege('pg_read_all_stats', 's.a', 'SELECT')"));

        static IEnumerable<string> Grants(IEnumerable<string> warnings) =>
            warnings
                .Where(text => text.Contains("granted", StringComparison.Ordinal))
                .Select(text => text[(text.LastIndexOf("on ", StringComparison.Ordinal) + 3)..].TrimEnd('.'));
    }
}
