using System.Diagnostics;
using System.Runtime.Versioning;

namespace Mued.PsDb.Tests;

public class BackupRoundTripTests
{
    private const string AllTypes = """
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE TYPE pair AS (a int, b text);
        CREATE TABLE everything (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b boolean, f4 real, f8 double precision, n numeric, m money, t text, tz timestamptz, ti time, ttz timetz,
            iv interval, by bytea, j json, x xml, u uuid UNIQUE, i4 inet, cidr cidr, mac macaddr, bits bit(4), p point, ia int[], ta text[], r int4range, tr tsrange,
            tsv tsvector, d positive, pr pair, reg regclass, c char(5), o oid, doubled double precision GENERATED ALWAYS AS (f8 * 2) STORED);
        CREATE TABLE child (id serial PRIMARY KEY, everything_id bigint REFERENCES everything);
        CREATE TABLE "Odd ""name""; 'x' \$mued$" ("a b" int PRIMARY KEY, "select" text);
        """;

    [Fact]
    public async Task Ten_thousand_dialogues_with_every_edge_value_come_back_as_they_were()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.Database.ExecuteAsync(Phase2Rows.Sql(10_000));
        var before = (Catalog: await scene.Database.CatalogAsync(), Rows: await scene.HashesAsync());
        var undo = await scene.UndoneAsync();
        Assert.Equal(10_000 + 10_000 + 1_003 + 32, undo.Backup!.Rows);
        Assert.All(await scene.HashesAsync(), line => Assert.EndsWith("absent", line, StringComparison.Ordinal));
        await scene.MigrateAsync();

        // The two seed rows are there again, under new ids: the backup's take their place.
        var restore = await scene.RestoredAsync();
        Assert.Equal(undo.Backup.Rows, restore.Loaded);
        Assert.Equal((0, 0), (restore.Skipped, restore.Rejected));
        Assert.Equal(before.Rows, await scene.HashesAsync());
        Assert.Equal(before.Catalog, await scene.Database.CatalogAsync());
    }

    [Fact]
    public async Task Values_of_every_type_come_back_as_they_were()
    {
        using var set = new MigrationSet(
            ("0001_all.sql", AllTypes),
            (
                "rollback_0001_all.sql",
                "DROP TABLE everything, child, \"Odd \"\"name\"\"; 'x' \\$mued$\"; DROP DOMAIN positive; DROP TYPE pair;"
            )
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            SET lc_monetary = 'C';
            INSERT INTO everything (b, f4, f8, n, m, t, tz, ti, ttz, iv, by, j, x, u, i4, cidr, mac, bits, p, ia, ta, r, tr, tsv, d, pr, reg, c, o)
            SELECT i % 2 = 0, (ARRAY['NaN', 'infinity', '-0', '1.1754944e-38', '0.1']::real[])[i % 5 + 1], (ARRAY['NaN', '-infinity', '0.1', '1e-300', '123456789.123456789']::float8[])[i % 5 + 1],
                (ARRAY['NaN', '0.000000000000000000001', '123456789012345678901234567890.5', '-0.10']::numeric[])[i % 4 + 1], (i * 1000.55)::numeric::money,
                E'tab\t\\ line\n' || i, now(), '23:59:59.999999', '12:00+14', '-1 year 2 mons -3 days 04:05:06.789', decode('00ff5c0a', 'hex'),
                '{"b": 1,  "a": [1.0]}', '<a>é</a>', md5(i::text)::uuid, '::1/64', '10.1.0.0/16', '08:00:2b:01:02:03', B'1010', '(1.5,-2)', ARRAY[1, NULL, 3], ARRAY['a,b', '"q"', NULL, '{}', ''],
                '[1,5)', '(,infinity]', to_tsvector('simple', 'a b c'), 5, ROW(1, 'x,"y"')::pair, 'pg_class'::regclass, 'ab', NULL
            FROM generate_series(1, 200) AS i;
            INSERT INTO child (everything_id) SELECT id FROM everything;
            INSERT INTO "Odd ""name""; 'x' \$mued$" ("a b", "select") VALUES (1, E'q\\');
            """
        );
        var before = await scene.HashesAsync("everything", "child");
        await scene.Database.ExecuteAsync($"ALTER DATABASE {scene.Database.Name} SET quote_all_identifiers = on");
        Assert.Equal(401, (await scene.UndoneAsync()).Backup!.Rows);
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync(
            $"ALTER DATABASE {scene.Database.Name} SET DateStyle = 'German'; ALTER DATABASE {scene.Database.Name} SET IntervalStyle = 'sql_standard'; ALTER DATABASE {scene.Database.Name} SET array_nulls = off"
        );
        Assert.Equal(401, (await scene.RestoredAsync()).Loaded);
        await scene.Database.ExecuteAsync($"ALTER DATABASE {scene.Database.Name} RESET ALL");
        Assert.Equal(before, await scene.HashesAsync("everything", "child"));

        // Generated values go on behind the highest that came back.
        Assert.Equal(201, await scene.Database.ScalarAsync<long>("INSERT INTO everything (b) VALUES (true) RETURNING id"));
        Assert.Equal(201, await scene.Database.ScalarAsync<int>("INSERT INTO child DEFAULT VALUES RETURNING id"));
    }

    [Fact]
    public async Task Vanishing_columns_are_put_back_by_key_and_updated_at_stays_as_it_was()
    {
        using var set = new MigrationSet(
            (
                "0001_columns.sql",
                """
                ALTER TABLE users ADD COLUMN nickname text, ADD COLUMN level int NOT NULL DEFAULT 7, ADD COLUMN shout text GENERATED ALWAYS AS (upper(nickname)) STORED;
                CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
                CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
                """
            ),
            (
                "rollback_0001_columns.sql",
                "ALTER TABLE users DROP COLUMN shout, DROP COLUMN nickname, DROP COLUMN level; DROP TRIGGER touch ON users; DROP FUNCTION touch;"
            )
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            INSERT INTO users (clerk_id, email, nickname, level, updated_at) SELECT 'c' || i, 'e', CASE WHEN i % 3 > 0 THEN 'n' || i END, i, '2020-01-01' FROM generate_series(1, 100) AS i;
            """
        );
        const string hash = "SELECT md5(string_agg(concat_ws('|', id, nickname, level, shout, updated_at), '' ORDER BY id)) FROM users";
        var before = await scene.Database.ScalarAsync<string>(hash);
        var undo = await scene.UndoneAsync();
        Assert.Equal(["nickname", "level", "shout"], undo.Columns.Select(column => column.Name));
        Assert.All(undo.Columns, column => Assert.Equal(100, column.Rows));
        Assert.Empty(undo.Tables);
        await scene.MigrateAsync();
        var table = Assert.Single((await scene.RestoredAsync()).Tables);
        Assert.Equal((100L, 0L, 0L), (table.Loaded, table.Skipped, table.Rejected));
        Assert.Equal(["nickname", "level"], table.Columns);
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(hash));
        Assert.Equal("O", await scene.Database.ScalarAsync<string>("SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'touch'"));

        await scene.Database.ExecuteAsync(
            "UPDATE users SET nickname = 'later' WHERE clerk_id = 'c1'; DELETE FROM users WHERE clerk_id = 'c2'"
        );
        var again = Assert.Single((await scene.RestoreAsync()).Tables);
        Assert.Equal((0L, 99L, 1L), (again.Loaded, again.Skipped, again.Rejected));
        Assert.Equal("later", await scene.Database.ScalarAsync<string>("SELECT nickname FROM users WHERE clerk_id = 'c1'"));
    }

    [Fact]
    public async Task A_column_without_a_key_to_put_it_back_by_stops_the_undo()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "ALTER TABLE keyless ADD COLUMN extra int;"),
            ("rollback_0001_a.sql", "ALTER TABLE keyless DROP COLUMN extra;")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync("CREATE TABLE keyless (a int); INSERT INTO keyless VALUES (1)");
        await scene.MigrateAsync();
        var report = await scene.UndoAsync();
        Assert.Equal("BackupNoKey", report.Error!.ErrorId);
        Assert.Equal(1, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM keyless WHERE extra IS NULL"));
        await scene.UndoneAsync(scene.Options with { BackupPath = null, NoBackup = true });
    }

    [Theory]
    [InlineData(ConflictAction.Skip, 1, "kept")]
    [InlineData(ConflictAction.Replace, 3, "q1")]
    public async Task Rows_that_exist_are_skipped_or_replaced(ConflictAction onConflict, int loaded, string query)
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        await scene.RestoreAsync();
        await scene.Database.ExecuteAsync(
            "DELETE FROM ai_dialogue_log WHERE query = 'q3'; UPDATE ai_dialogue_log SET query = 'kept' WHERE query = 'q1'"
        );
        var table = (await scene.RestoreAsync(onConflict)).Tables.Single(table => table.Name == "public.ai_dialogue_log");
        Assert.Equal((loaded, 3 - loaded, 0), (table.Loaded, table.Skipped, table.Rejected));
        Assert.Equal(1, await scene.Database.ScalarAsync<long>($"SELECT count(*) FROM ai_dialogue_log WHERE query = '{query}'"));
        Assert.Equal(3, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ai_dialogue_log"));
    }

    [Fact]
    public async Task Fail_loads_nothing_when_a_row_exists()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("UPDATE plugin_registry SET updated_at = '2020-01-01'");
        var before = await scene.HashesAsync();
        var report = await scene.RestoreAsync(ConflictAction.Fail);
        Assert.Equal(RunStatus.Failed, report.Status);
        Assert.Equal(("RestoreConflict", ExitCode.MigrationFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Equal("public.plugin_registry", report.Error.TargetName);
        Assert.Equal(before, await scene.HashesAsync());
    }

    [Theory]
    [InlineData("ALTER b TYPE varchar(10)", "22001", "value too long for type character varying(10) (COPY a, line 2, column b)")]
    [InlineData("ADD CHECK (welcome(b))", "P0001", "no (PL/pgSQL function welcome(text) line 1 at RAISE)")]
    public async Task A_row_that_the_server_refuses_is_told_by_its_place_and_not_by_its_values(
        string change,
        string state,
        string complaint
    )
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY, b text);"),
            ("rollback_0001_a.sql", "DROP TABLE a;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            CREATE FUNCTION welcome(text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN IF length($1) > 9 THEN RAISE ''no''; END IF; RETURN true; END';
            INSERT INTO a VALUES (1, 'public'), (2, 'something private: a b c')
            """
        );
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync($"ALTER TABLE a {change}");
        var report = await scene.RestoreAsync();
        Assert.Equal(
            ("RestoreFailed", ExitCode.MigrationFailed, state),
            (report.Error!.ErrorId, report.Error.ExitCode, report.Error.SqlState)
        );
        Assert.EndsWith(complaint, report.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("private", report.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_whose_parent_is_gone_are_rejected_and_counted_and_the_others_loaded()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await scene.Database.ExecuteAsync(
            """
            INSERT INTO users (id, clerk_id, email) VALUES ('00000000-0000-4000-8000-000000000002', 'c2', 'b@example.org');
            INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used) VALUES ('00000000-0000-4000-8000-000000000002', gen_random_uuid(), 'lost', '', '');
            """
        );
        await scene.UndoneAsync();
        await scene.Database.ExecuteAsync("DELETE FROM users WHERE clerk_id = 'c2'");
        await scene.MigrateAsync();
        var report = await scene.RestoreAsync();
        Assert.Equal((RunStatus.Failed, ExitCode.CheckFailed), (report.Status, report.Error!.ExitCode));
        Assert.Equal(1, report.Rejected);
        var table = report.Tables.Single(table => table.Name == "public.ai_dialogue_log");
        Assert.Equal([new("foreign key fk_ai_dialogue_user to public.users", 1)], table.Rejections);
        Assert.Equal(3, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ai_dialogue_log"));
    }

    [Fact]
    public async Task Tables_that_refer_to_each_other_in_a_circle_and_to_themselves_come_back()
    {
        using var set = new MigrationSet(
            (
                "0001_ring.sql",
                """
                CREATE TABLE c_top (id int PRIMARY KEY, favourite int);
                CREATE TABLE b_middle (id int PRIMARY KEY, top int NOT NULL REFERENCES c_top, boss int REFERENCES b_middle);
                CREATE TABLE a_leaf (id int PRIMARY KEY, middle int NOT NULL REFERENCES b_middle);
                ALTER TABLE c_top ADD CONSTRAINT ring FOREIGN KEY (favourite) REFERENCES a_leaf;
                """
            ),
            ("rollback_0001_ring.sql", "DROP TABLE a_leaf, b_middle, c_top;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            INSERT INTO c_top VALUES (1, NULL); INSERT INTO b_middle VALUES (2, 1, NULL), (1, 1, 2); INSERT INTO a_leaf VALUES (1, 1); UPDATE c_top SET favourite = 1;
            """
        );
        var before = (Catalog: await scene.Database.CatalogAsync(), Rows: await scene.HashesAsync("a_leaf", "b_middle", "c_top"));
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        Assert.Equal(4, (await scene.RestoredAsync()).Loaded);
        Assert.Equal(before.Rows, await scene.HashesAsync("a_leaf", "b_middle", "c_top"));
        Assert.Equal(before.Catalog, await scene.Database.CatalogAsync());
    }

    [Fact]
    public async Task Partitions_are_copied_and_come_back()
    {
        using var set = new MigrationSet(
            (
                "0001_parts.sql",
                """
                CREATE TABLE events (id int, kind text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
                CREATE TABLE events_a PARTITION OF events FOR VALUES IN ('a'); CREATE TABLE events_b PARTITION OF events FOR VALUES IN ('b');
                """
            ),
            ("rollback_0001_parts.sql", "DROP TABLE events;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync("INSERT INTO events SELECT i, (ARRAY['a', 'b'])[i % 2 + 1] FROM generate_series(1, 11) AS i");
        var before = await scene.HashesAsync("events");
        var undo = await scene.UndoneAsync();
        Assert.Empty(undo.Dependents);
        Assert.Equal([new("public.events_a", 5), new LostTable("public.events_b", 6)], undo.Tables);
        await scene.MigrateAsync();
        Assert.Equal(11, (await scene.RestoredAsync()).Loaded);
        Assert.Equal(before, await scene.HashesAsync("events"));
    }

    [Fact]
    public async Task A_row_level_policy_that_hides_rows_stops_the_undo_instead_of_making_a_gap()
    {
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("rollback_0001_a.sql", "DROP TABLE a;"));
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
                "INSERT INTO a VALUES (1), (2); ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE a FORCE ROW LEVEL SECURITY; CREATE POLICY p ON a USING (id = 1)"
            );
            var report = await UndoRunner.RunAsync(settings, scene.Options);
            Assert.Equal("42501", report.Error!.SqlState);
            Assert.Equal(2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM a"));
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    [UnixFact, UnsupportedOSPlatform("windows")]
    public async Task A_backup_can_be_checked_by_the_system_tools_and_is_its_owners_alone()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await scene.Database.ExecuteAsync("TRUNCATE rag_metrics_history");
        await scene.UndoneAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(scene.BackupPath));
        foreach (var file in Directory.EnumerateFiles(scene.BackupPath))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(0, await RunAsync("sha256sum", "-c", "--quiet", "--strict", "SHA256SUMS"));
        Assert.Equal(0, await RunAsync("gzip", ["-t", .. Directory.EnumerateFiles(scene.BackupPath, "*.gz")]));
        Assert.Equal(
            UndoScene.Phase2Tables,
            SnapshotFile.Load(Path.Combine(scene.BackupPath, "schema.json")).Relations.Select(relation => relation.Name)
        );

        async Task<int> RunAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = scene.BackupPath })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
    }
}
