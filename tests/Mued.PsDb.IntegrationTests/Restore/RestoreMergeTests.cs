namespace Mued.PsDb.Tests;

/// <summary>Restores into tables that hold rows, or whose rules and relatives make a plain COPY wrong.</summary>
public class RestoreMergeTests
{
    [Fact]
    public async Task Replace_leaves_the_rows_of_tables_that_inherit()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE par (id int PRIMARY KEY, v text); CREATE TABLE kid (PRIMARY KEY (id)) INHERITS (par);",
            "DROP TABLE kid, par;",
            "INSERT INTO par VALUES (1, 'backup')"
        );
        await scene.Database.ExecuteAsync("INSERT INTO par VALUES (1, 'changed'); INSERT INTO kid VALUES (100, 'live')");
        var table = (await scene.RestoreAsync(ConflictAction.Replace)).Tables.Single(table => table.Name == "public.par");
        Assert.Equal((1, 1, 0), (table.Loaded, table.Replaced, table.Skipped));
        Assert.Equal(
            "1 backup, 100 live",
            await scene.Database.ScalarAsync<string>("SELECT string_agg(id || ' ' || v, ', ' ORDER BY id) FROM par")
        );
    }

    [Theory]
    [InlineData(ConflictAction.Skip)]
    [InlineData(ConflictAction.Replace)]
    public async Task Checks_defaults_and_indexes_may_count_on_the_search_path(ConflictAction onConflict)
    {
        await using var scene = await Scene.CreateAsync(
            """
            CREATE TABLE allowed (v int); INSERT INTO allowed VALUES (1), (2);
            CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM allowed WHERE v = $1)';
            CREATE FUNCTION least_allowed() RETURNS int STABLE LANGUAGE sql AS 'SELECT min(v) FROM allowed';
            CREATE FUNCTION same(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN helper($1); END';
            CREATE FUNCTION helper(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
            CREATE TABLE stays (id int PRIMARY KEY); INSERT INTO stays VALUES (1);
            """,
            """
            ALTER TABLE stays ADD COLUMN v int DEFAULT least_allowed() CHECK (ok(v));
            CREATE TABLE t (id int, v int CHECK (ok(v))); CREATE UNIQUE INDEX ON t (same(id));
            """,
            "ALTER TABLE stays DROP COLUMN v; DROP TABLE t;",
            "UPDATE stays SET v = 2; INSERT INTO t VALUES (1, 1), (2, 2)"
        );
        await scene.Database.ExecuteAsync("INSERT INTO t VALUES (1, 2)");
        var report = await scene.RestoreAsync(onConflict);
        Assert.Equal(onConflict == ConflictAction.Skip ? "RestoreRowsLeft" : null, report.Error?.ErrorId);
        Assert.Equal(2, await scene.Database.ScalarAsync<int>("SELECT v FROM stays"));
        Assert.Equal(onConflict == ConflictAction.Replace ? 1 : 2, await scene.Database.ScalarAsync<int>("SELECT v FROM t WHERE id = 1"));
    }

    [Theory]
    [InlineData(ConflictAction.Skip)]
    [InlineData(ConflictAction.Replace)]
    public async Task A_column_comes_back_into_each_table_of_an_inheritance_by_itself(ConflictAction onConflict)
    {
        await using var scene = await Scene.CreateAsync(
            "CREATE TABLE par (id int PRIMARY KEY); CREATE TABLE kid (PRIMARY KEY (id)) INHERITS (par); INSERT INTO par VALUES (1); INSERT INTO kid VALUES (1);",
            "ALTER TABLE par ADD COLUMN w text",
            "ALTER TABLE par DROP COLUMN w",
            "UPDATE ONLY par SET w = 'parent'"
        );
        var report = await scene.RestoreAsync(onConflict);

        // The null of the other table is there already.
        Assert.Equal(onConflict == ConflictAction.Skip ? (1, 1, 0) : (2, 0, 0), (report.Loaded, report.Skipped, report.Rejected));
        Assert.Equal("parent", await scene.Database.ScalarAsync<string>("SELECT w FROM ONLY par"));
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT w IS NULL FROM kid"));
    }

    [Fact]
    public async Task A_row_that_cannot_be_overwritten_is_not_advised_to_be_overwritten()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE par (id int PRIMARY KEY, code text UNIQUE); CREATE TABLE kid (code text REFERENCES par (code));",
            "DROP TABLE kid, par;",
            "INSERT INTO par VALUES (1, 'backup')"
        );
        await scene.Database.ExecuteAsync("INSERT INTO par VALUES (1, 'live'); INSERT INTO kid VALUES ('live')");
        var error = (await scene.RestoreAsync(ConflictAction.Replace)).Error!;
        Assert.Equal(("RestoreConflict", "23503"), (error.ErrorId, error.SqlState));
        Assert.DoesNotContain("Replace", error.Advice, StringComparison.Ordinal);
        Assert.Contains("Skip", error.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(1, 1), (2, 2)", "Skipped")]
    [InlineData("(1, 1)", "Partly")]
    [InlineData("(3, 3)", "Restored")]
    public async Task What_the_report_calls_restored_was_loaded(string there, string status)
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE t (id int PRIMARY KEY, v int);",
            "DROP TABLE t;",
            "INSERT INTO t VALUES (1, 1), (2, 2)"
        );
        await scene.Database.ExecuteAsync("INSERT INTO t VALUES " + there);
        Assert.Equal(status, Assert.Single(ReportDocument.From(await scene.RestoreAsync()).Steps).Status);
    }

    [Fact]
    public async Task The_sequence_of_a_partitioned_table_goes_on_behind_the_rows_of_its_partitions()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            """
            CREATE SEQUENCE numbers;
            CREATE TABLE ev (id bigint DEFAULT nextval('numbers'), d int, PRIMARY KEY (id, d)) PARTITION BY LIST (d);
            CREATE TABLE ev1 (d int NOT NULL, id bigint NOT NULL);
            ALTER TABLE ev ATTACH PARTITION ev1 FOR VALUES IN (1);
            """,
            "DROP TABLE ev; DROP SEQUENCE numbers;",
            "INSERT INTO ev (d) SELECT 1 FROM generate_series(1, 5)"
        );
        Assert.Equal(5, (await scene.RestoredAsync()).Loaded);
        Assert.Equal(6, await scene.Database.ScalarAsync<long>("INSERT INTO ev (d) VALUES (1) RETURNING id"));
    }

    [Theory]
    [InlineData("numeric(10,2)", "numeric(10,0)", false)]
    [InlineData("numeric", "numeric(30,2)", false)]
    [InlineData("timestamp", "timestamp(0)", false)]
    [InlineData("interval(3)", "interval", true)]
    [InlineData("numeric(10,2)", "numeric(12,3)", true)]
    public async Task A_type_that_would_round_is_refused(string was, string now, bool fits)
    {
        await using var scene = await Scene.CreateAsync(
            "",
            $"CREATE TABLE n (id int PRIMARY KEY, v {was})",
            "DROP TABLE n",
            "INSERT INTO n VALUES (1, NULL)"
        );
        await scene.Database.ExecuteAsync($"ALTER TABLE n ALTER v TYPE {now}");
        if (fits)
            await scene.RestoredAsync();
        else
            Assert.Equal("RestoreMisfit", (await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync())).ErrorId);
    }

    [Theory]
    [InlineData(
        "CREATE DOMAIN d AS numeric(10,4)",
        "d",
        "CREATE DOMAIN d AS numeric(10,2)",
        "public.n.v is numeric(10,2) and was numeric(10,4)"
    )]
    [InlineData("CREATE DOMAIN d AS numeric(10,4)", "d[]", "CREATE DOMAIN d AS numeric(10,2)", "public.n.v[] is numeric(10,2)")]
    [InlineData(
        "CREATE TYPE d AS (a int, b numeric(10,4))",
        "d",
        "CREATE TYPE d AS (a int, b numeric(10,2))",
        "public.n.v.b is numeric(10,2)"
    )]
    [InlineData("CREATE TYPE d AS (a int)", "d", "CREATE TYPE d AS (a int, b int)", "public.n.v.b is not in the backup")]
    [InlineData(
        "DROP TYPE IF EXISTS e CASCADE; CREATE TYPE e AS (a int, b int); CREATE TYPE d AS RANGE (subtype = e)",
        "d",
        "DROP TYPE e; CREATE TYPE e AS (b int, a int); CREATE TYPE d AS RANGE (subtype = e)",
        "the attributes of public.n.v are in another order"
    )]
    [InlineData(
        "CREATE TYPE d AS RANGE (subtype = interval)",
        "d",
        "CREATE TYPE d AS RANGE (subtype = text)",
        "public.n.v<> is text and was interval"
    )]
    public async Task A_type_is_compared_to_its_depth(string type, string column, string narrowed, string complaint)
    {
        await using var scene = await Scene.CreateAsync(
            "",
            $"{type}; CREATE TYPE outer_d AS (n d); CREATE TABLE n (id int PRIMARY KEY, v {column}, w outer_d)",
            "DROP TABLE n; DROP TYPE outer_d; DROP TYPE d",
            "INSERT INTO n VALUES (1, NULL)"
        );
        await scene.Database.ExecuteAsync("DELETE FROM n");
        await scene.RestoredAsync();
        await scene.Database.ExecuteAsync(
            $"DROP TABLE n; DROP TYPE outer_d; DROP TYPE d; {narrowed}; CREATE TYPE outer_d AS (n d); CREATE TABLE n (id int PRIMARY KEY, v {column}, w outer_d)"
        );
        var error = await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync());
        Assert.Equal("RestoreMisfit", error.ErrorId);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Contains("public.n.w", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_whose_attributes_are_in_another_order_since_one_was_dropped_come_back_by_name()
    {
        const string values =
            "SELECT string_agg(concat_ws(' ', id, to_json(v)::jsonb, v IS NOT DISTINCT FROM NULL), '; ' ORDER BY id) FROM ";
        const string type =
            "CREATE TYPE part AS (x int, y text); CREATE TYPE d AS (a int, \"B c\" text, p part[], z numeric(4,1)); CREATE DOMAIN ds AS d[]; CREATE TYPE o AS (m text, d d, ds ds);";
        const string rows =
            "(1, ROW(1, 'one,\"', ARRAY[ROW(1, 'y')]::part[], 1.5)), (2, NULL), (3, ROW(NULL, NULL, NULL, NULL)), (4, ROW(NULL, '', '{}', NULL))";
        await using var scene = await Scene.CreateAsync(
            type + "CREATE TABLE kept (id int PRIMARY KEY, v d);",
            "CREATE TABLE n (id int PRIMARY KEY, v d, w d, ds ds, o o, os o[])",
            "DROP TABLE n; ALTER TYPE d DROP ATTRIBUTE \"B c\";",
            $"INSERT INTO kept VALUES {rows}; INSERT INTO n (id, v) VALUES {rows}; UPDATE n SET w = v, ds = ARRAY[v, NULL, v], o = ROW('m', v, ARRAY[v])::o, os = ARRAY[[ROW('1', v, NULL)::o, NULL], [ROW(NULL, NULL, '{{}}')::o, ROW('{{\"4\\', v, ARRAY[v, v])::o]] WHERE id = 1; UPDATE n SET ds = '[2:3]={{NULL,NULL}}', os = '{{}}' WHERE id = 3"
        );
        var report = await scene.RestoreAsync(ConflictAction.Replace);
        Assert.Null(report.Error);
        Assert.Equal(
            "a p z B c",
            await scene.Database.ScalarAsync<string>(
                "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'd'::regclass AND NOT attisdropped"
            )
        );
        foreach (var table in new[] { "n", "kept" })
        {
            Assert.Equal(
                "1 {\"a\": 1, \"p\": [{\"x\": 1, \"y\": \"y\"}], \"z\": 1.5, \"B c\": \"one,\\\"\"} f; 2 t; 3 {\"a\": null, \"p\": null, \"z\": null, \"B c\": null} f; 4 {\"a\": null, \"p\": [], \"z\": null, \"B c\": \"\"} f",
                await scene.Database.ScalarAsync<string>(values + table)
            );
        }

        const string same =
            "SELECT count(*) FROM n WHERE w IS NOT DISTINCT FROM v AND id = 1 AND ds = ARRAY[v, NULL, v] AND o = ROW('m', v, ARRAY[v])::o AND os = ARRAY[[ROW('1', v, NULL)::o, NULL], [ROW(NULL, NULL, '{}')::o, ROW('{\"4\\', v, ARRAY[v, v])::o]]";
        Assert.Equal(1, await scene.Database.ScalarAsync<long>(same));
        Assert.Equal("[2:3]={NULL,NULL} {}", await scene.Database.ScalarAsync<string>("SELECT concat_ws(' ', ds, os) FROM n WHERE id = 3"));
    }

    [Theory]
    [InlineData(ConflictAction.Skip)]
    [InlineData(ConflictAction.Replace)]
    public async Task Rules_and_triggers_divert_no_row_and_are_there_afterwards(ConflictAction onConflict)
    {
        await using var scene = await Scene.CreateAsync(
            "CREATE TABLE stays (id int PRIMARY KEY); INSERT INTO stays VALUES (1), (2);",
            """
            CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE aside (id int, v int); ALTER TABLE stays ADD v int;
            CREATE RULE away AS ON INSERT TO t WHERE NEW.v > 1 DO INSTEAD INSERT INTO aside VALUES (NEW.*);
            CREATE RULE kept AS ON UPDATE TO t DO INSTEAD NOTHING; CREATE RULE held AS ON UPDATE TO stays DO INSTEAD NOTHING;
            ALTER TABLE t ENABLE ALWAYS RULE kept;
            CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER n BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION no(); ALTER TABLE t ENABLE REPLICA TRIGGER n;
            """,
            "DROP TABLE t, aside; DROP FUNCTION no; DROP RULE held ON stays; ALTER TABLE stays DROP v",
            "ALTER TABLE stays DISABLE RULE held; UPDATE stays SET v = 5; ALTER TABLE stays ENABLE RULE held; ALTER TABLE t DISABLE RULE away; INSERT INTO t VALUES (1, 1), (2, 2), (3, 3); ALTER TABLE t ENABLE RULE away"
        );
        var catalog = await scene.Database.CatalogAsync();
        await scene.Database.ExecuteAsync(
            $"INSERT INTO t VALUES (1, 1); ALTER DATABASE {scene.Database.Name} SET session_replication_role = replica"
        );
        var report = await scene.RestoreAsync(onConflict);
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(5, report.Loaded + report.Skipped);
        await scene.Database.ExecuteAsync($"ALTER DATABASE {scene.Database.Name} RESET ALL");
        Assert.Equal(
            "1 1, 2 2, 3 3",
            await scene.Database.ScalarAsync<string>("SELECT string_agg(id || ' ' || v, ', ' ORDER BY id) FROM t")
        );
        Assert.Equal(
            (0, 10),
            (
                await scene.Database.ScalarAsync<long>("SELECT count(*) FROM aside"),
                await scene.Database.ScalarAsync<long>("SELECT sum(v) FROM stays")
            )
        );
        Assert.Equal(catalog, await scene.Database.CatalogAsync());
    }

    [Fact]
    public async Task Tables_without_columns_of_their_own_and_values_without_fields_count_right()
    {
        const string rows =
            "SELECT concat_ws(' ', (SELECT count(*) FROM bare), (SELECT count(*) FROM made), (SELECT sum(m) FROM made), (SELECT string_agg(id || ':' || v || coalesce(w::text, '-'), ' ' ORDER BY id) FROM t), (SELECT sum(g) FROM stays))";
        await using var scene = await Scene.CreateAsync(
            "CREATE TABLE stays (a int); INSERT INTO stays VALUES (1), (2);",
            """
            CREATE TABLE bare (); CREATE TABLE made (m int GENERATED ALWAYS AS (7) STORED); CREATE TYPE nothing AS (); CREATE TYPE one AS (a int);
            CREATE TABLE t (id int, v nothing NOT NULL, w one NOT NULL CHECK (true)); ALTER TABLE stays ADD g int GENERATED ALWAYS AS (a * 2) STORED;
            """,
            "DROP TABLE bare, made, t; DROP TYPE nothing; DROP TYPE one; ALTER TABLE stays DROP g",
            "INSERT INTO bare DEFAULT VALUES; INSERT INTO bare DEFAULT VALUES; INSERT INTO made DEFAULT VALUES; INSERT INTO t VALUES (1, ROW(), ROW(NULL)), (2, ROW(), ROW(1))"
        );
        foreach (var (change, loaded, skipped) in new[] { ("", 5, 0), ("DELETE FROM made; DELETE FROM t WHERE id = 1", 2, 3), ("", 0, 5) })
        {
            if (change.Length > 0)
                await scene.Database.ExecuteAsync(change);
            var report = await scene.RestoredAsync(loaded > 0 ? RunStatus.Succeeded : RunStatus.NothingToDo);
            Assert.Equal((loaded, skipped), (report.Loaded, report.Skipped));
            Assert.Equal("2 1 7 1:()() 2:()(1) 6", await scene.Database.ScalarAsync<string>(rows));
        }
    }

    [Fact]
    public async Task Values_that_ADD_COLUMN_gave_do_not_keep_the_backups_out()
    {
        await using var scene = await Scene.CreateAsync(
            "CREATE TABLE docs (id int PRIMARY KEY); INSERT INTO docs SELECT generate_series(1, 3);",
            "ALTER TABLE docs ADD COLUMN token uuid DEFAULT gen_random_uuid(); ALTER TABLE docs ADD COLUMN status text DEFAULT 'new', ADD COLUMN touched timestamptz NOT NULL DEFAULT now()",
            "ALTER TABLE docs DROP COLUMN status, DROP COLUMN touched, DROP COLUMN token",
            "UPDATE docs SET status = 'done', touched = '2020-01-01', token = '00000000-0000-4000-8000-000000000001'"
        );
        var report = await scene.RestoredAsync();
        Assert.Equal((3, 0), (report.Loaded, report.Skipped));
        Assert.Equal(3, await Restored());

        // Again there is nothing to put back, but in the row that lost a value since.
        var again = await scene.RestoredAsync(RunStatus.NothingToDo);
        Assert.Equal((0, 3), (again.Loaded, again.Skipped));
        await scene.Database.ExecuteAsync("UPDATE docs SET status = NULL WHERE id = 2");
        var third = await scene.RestoredAsync();
        Assert.Equal((1, 2), (third.Loaded, third.Skipped));
        Assert.Equal(3, await Restored());

        Task<long> Restored() =>
            scene.Database.ScalarAsync<long>(
                "SELECT count(*) FROM docs WHERE status = 'done' AND touched = '2020-01-01' AND token = '00000000-0000-4000-8000-000000000001'"
            );
    }

    [Fact]
    public async Task Equal_rows_of_a_table_without_a_key_count_as_rows_that_exist()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE k (v text, j json)",
            "DROP TABLE k",
            """INSERT INTO k VALUES ('a', '{}'), ('a', '{}'), (NULL, NULL)"""
        );
        await scene.RestoredAsync();
        await scene.Database.ExecuteAsync("DELETE FROM k WHERE ctid = (SELECT min(ctid) FROM k WHERE v = 'a')");
        var again = (await scene.RestoreAsync()).Tables.Single();
        Assert.Equal((1, 2), (again.Loaded, again.Skipped));
        Assert.Equal("RestoreConflict", (await scene.RestoreAsync(ConflictAction.Fail)).Error!.ErrorId);
        Assert.Equal(3, (await scene.RestoreAsync(ConflictAction.Replace)).Tables.Single().Replaced);
        Assert.Equal(3, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM k"));
    }

    [Fact]
    public async Task Children_of_a_partitioned_table_wait_for_all_its_partitions()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            """
            CREATE TABLE z_orders (id int, day int, boss int, boss_day int, PRIMARY KEY (id, day), FOREIGN KEY (boss, boss_day) REFERENCES z_orders) PARTITION BY LIST (day);
            CREATE TABLE z_1 PARTITION OF z_orders FOR VALUES IN (1);
            CREATE TABLE z_2 PARTITION OF z_orders FOR VALUES IN (2);
            CREATE TABLE items (id int PRIMARY KEY, oid int, day int, FOREIGN KEY (oid, day) REFERENCES z_orders);
            """,
            "DROP TABLE items, z_orders",
            "INSERT INTO z_orders VALUES (1, 1, 1, 2), (1, 2, 1, 1), (2, 2, 2, 2); INSERT INTO items VALUES (1, 1, 1), (2, 2, 2)"
        );
        var catalog = await scene.Database.CatalogAsync();
        Assert.Equal(5, (await scene.RestoredAsync()).Loaded);
        Assert.Equal(catalog, await scene.Database.CatalogAsync());
    }

    [Fact]
    public async Task Sequences_stand_where_they_stood_whatever_their_columns_hold()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            """
            CREATE SEQUENCE inv_seq;
            CREATE TABLE inv (code text PRIMARY KEY DEFAULT 'INV-' || nextval('inv_seq'));
            CREATE TABLE low (id int GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 1000) PRIMARY KEY);
            """,
            "DROP TABLE inv, low; DROP SEQUENCE inv_seq",
            "INSERT INTO inv DEFAULT VALUES; INSERT INTO low VALUES (99999), (7)"
        );
        Assert.Equal(3, (await scene.RestoredAsync()).Loaded);
        Assert.Equal(1, await scene.Database.ScalarAsync<int>("INSERT INTO low DEFAULT VALUES RETURNING id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("DEFERRABLE INITIALLY DEFERRED")]
    public async Task What_refers_to_a_rejected_row_is_rejected_and_the_rest_loaded(string deferral)
    {
        await using var scene = await Scene.CreateAsync(
            "CREATE TABLE people (id int PRIMARY KEY); INSERT INTO people VALUES (1), (2);",
            $"""
            CREATE TABLE nodes (id int PRIMARY KEY, parent_id int CONSTRAINT a_self REFERENCES nodes, person int CONSTRAINT b_person REFERENCES people {deferral});
            CREATE TABLE other (id int PRIMARY KEY);
            """,
            "DROP TABLE nodes, other",
            "INSERT INTO nodes VALUES (1, NULL, 1), (2, 1, 2), (3, 2, 2), (4, NULL, 2); INSERT INTO other VALUES (1)",
            "DELETE FROM people WHERE id = 1"
        );
        var report = await scene.RestoreAsync();
        Assert.Equal("RestoreRowsRejected", report.Error!.ErrorId);
        Assert.Equal(
            [new("foreign key a_self to public.nodes", 2), new("foreign key b_person to public.people", 1)],
            report
                .Tables.Single(table => table.Name == "public.nodes")
                .Rejections.OrderBy(rejection => rejection.Reason, StringComparer.Ordinal)
        );
        Assert.Equal((2, 3), (report.Loaded, report.Rejected));
    }

    [Fact]
    public async Task A_row_whose_parent_was_skipped_for_another_is_rejected()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE cat (id int PRIMARY KEY, parent int REFERENCES cat, slug text UNIQUE)",
            "DROP TABLE cat",
            "INSERT INTO cat VALUES (1, NULL, 'root'), (2, 1, 'child')"
        );
        await scene.Database.ExecuteAsync("INSERT INTO cat VALUES (10, NULL, 'root')");
        var table = (await scene.RestoreAsync()).Tables.Single();
        Assert.Equal((0, 1, 1), (table.Loaded, table.Skipped, table.Rejected));
    }

    [Fact]
    public async Task Deferrable_unique_rules_are_skipped_by_as_others()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE d (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, pos int UNIQUE DEFERRABLE)",
            "DROP TABLE d",
            "INSERT INTO d VALUES (1, 1), (2, 2)"
        );
        await scene.RestoredAsync();
        await scene.Database.ExecuteAsync("DELETE FROM d WHERE id = 2");
        var table = (await scene.RestoredAsync()).Tables.Single();
        Assert.Equal((1, 1), (table.Loaded, table.Skipped));
    }

    [Fact]
    public async Task Replace_goes_by_the_unique_rules_over_columns_of_the_backup()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE m (id int PRIMARY KEY, email text, norm text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE)",
            "DROP TABLE m",
            "INSERT INTO m VALUES (1, 'A')"
        );
        await scene.Database.ExecuteAsync("INSERT INTO m VALUES (1, 'b')");
        Assert.Equal(1, (await scene.RestoreAsync(ConflictAction.Replace)).Tables.Single().Replaced);
        Assert.Equal("a", await scene.Database.ScalarAsync<string>("SELECT norm FROM m"));
        await scene.Database.ExecuteAsync("UPDATE m SET id = 2");
        Assert.Equal("RestoreConflict", (await scene.RestoreAsync(ConflictAction.Replace)).Error!.ErrorId);
    }

    [Fact]
    public async Task An_identity_column_that_is_always_generated_is_put_back()
    {
        await using var scene = await Scene.CreateAsync(
            "CREATE TABLE docs (id int PRIMARY KEY); INSERT INTO docs VALUES (1), (2);",
            "ALTER TABLE docs ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY",
            "ALTER TABLE docs DROP COLUMN seq",
            "UPDATE docs SET seq = DEFAULT; UPDATE docs SET seq = DEFAULT WHERE id = 1"
        );
        var catalog = await scene.Database.CatalogAsync();
        Assert.Equal(2, (await scene.RestoreAsync(ConflictAction.Replace)).Loaded);
        Assert.Equal("5,4", await scene.Database.ScalarAsync<string>("SELECT string_agg(seq::text, ',' ORDER BY id) FROM docs"));
        Assert.Equal(6, await scene.Database.ScalarAsync<long>("INSERT INTO docs VALUES (3) RETURNING seq"));
        Assert.Equal(catalog, await scene.Database.CatalogAsync());
    }

    [Fact]
    public async Task Replace_that_would_take_a_row_from_under_its_children_is_a_conflict()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE t (id int PRIMARY KEY, name text UNIQUE); CREATE TABLE k (id int PRIMARY KEY, t int REFERENCES t)",
            "DROP TABLE k, t",
            "INSERT INTO t VALUES (1, 'a')"
        );
        await scene.Database.ExecuteAsync("INSERT INTO t VALUES (5, 'a'); INSERT INTO k VALUES (1, 5)");
        Assert.Equal("RestoreConflict", (await scene.RestoreAsync(ConflictAction.Replace)).Error!.ErrorId);
    }

    [Fact]
    public async Task A_role_that_may_refer_to_a_table_and_not_read_it_restores_again()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY, person uuid REFERENCES users)"),
            ("rollback_0001_a.sql", "DROP TABLE a")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        var role = "r" + scene.Database.Name;
        await scene.Database.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT CREATE ON SCHEMA public TO {role}; GRANT REFERENCES ON users TO {role}"
        );
        try
        {
            var settings = UndoScene.SettingsOf(scene.Database.Url.With(user: role, password: "x"));
            Assert.Null((await MigrationRunner.RunAsync(settings, new() { Path = set.Path })).Error);
            await scene.Database.ExecuteAsync(
                "INSERT INTO users (clerk_id, email) VALUES ('c', 'e'); INSERT INTO a SELECT 1, id FROM users"
            );
            Assert.Null((await UndoRunner.RunAsync(settings, scene.Options)).Error);
            Assert.Null((await MigrationRunner.RunAsync(settings, new() { Path = set.Path })).Error);
            foreach (var skipped in new[] { 0, 1 })
            {
                var report = await BackupRestorer.RunAsync(settings, new() { Path = scene.BackupPath });
                Assert.Null(report.Error);
                Assert.Equal(skipped, report.Skipped);
            }
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    /// <summary>Migrated, filled, undone and migrated again, so that what was filled in is in the backup alone.</summary>
    private sealed class Scene(MigrationSet set, UndoScene inner) : IAsyncDisposable
    {
        public TestDatabase Database => inner.Database;

        public static async Task<Scene> CreateAsync(string before, string up, string down, string fill, string meanwhile = "")
        {
            var set = new MigrationSet(("0001_up.sql", up), ("rollback_0001_up.sql", down));
            var inner = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
            if (before.Length > 0)
                await inner.Database.ExecuteAsync(before);
            await inner.MigrateAsync();
            await inner.Database.ExecuteAsync(fill);
            await inner.UndoneAsync();
            if (meanwhile.Length > 0)
                await inner.Database.ExecuteAsync(meanwhile);
            await inner.MigrateAsync();
            return new(set, inner);
        }

        public Task<RestoreReport> RestoreAsync(ConflictAction onConflict = ConflictAction.Skip) => inner.RestoreAsync(onConflict);

        public Task<RestoreReport> RestoredAsync() => inner.RestoredAsync();

        public async Task<RestoreReport> RestoredAsync(RunStatus status)
        {
            var report = await inner.RestoreAsync();
            Assert.Null(report.Error);
            Assert.Equal(status, report.Status);
            return report;
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            set.Dispose();
        }
    }
}
