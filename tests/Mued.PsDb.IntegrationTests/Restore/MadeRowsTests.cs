namespace Mued.PsDb.Tests;

/// <summary>What migrations and rollback scripts have made since an undo gives way to the backup; what others have written does not.</summary>
public class MadeRowsTests
{
    private const string People = """
        CREATE TABLE people (id int PRIMARY KEY, role text, level int, note text); CREATE TABLE roles (name text PRIMARY KEY, label text);
        CREATE TABLE log (line text); CREATE TABLE works (person int REFERENCES people, role text REFERENCES roles);
        INSERT INTO people SELECT i, 'user', i, 'n' || i FROM generate_series(1, 6) AS i; INSERT INTO roles VALUES ('user', 'User'); INSERT INTO log VALUES ('a'), ('a'), ('b');
        """;

    [Theory]
    [InlineData(
        "a seed with a key, edited; one deleted; one of a user",
        "",
        "CREATE TABLE c (name text PRIMARY KEY, v int, enabled bool DEFAULT true); INSERT INTO c VALUES ('a', 1), ('b', 2), ('c', 3)",
        "",
        "DROP TABLE c",
        "UPDATE c SET v = 9, enabled = false WHERE name = 'a'; DELETE FROM c WHERE name = 'b'; INSERT INTO c VALUES ('mine', 0)"
    )]
    [InlineData(
        "seeds without a key",
        "",
        "CREATE TABLE c (name text, j json); INSERT INTO c VALUES ('a', '{}'), ('a', '{}'), ('b', NULL), ('c', NULL)",
        "",
        "DROP TABLE c",
        "UPDATE c SET j = '[]' WHERE name = 'b'; DELETE FROM c WHERE name = 'c'; DELETE FROM c WHERE ctid = (SELECT min(ctid) FROM c)"
    )]
    [InlineData(
        "seeds under fresh ids, with children of each other and of users",
        "",
        """
            CREATE TABLE c (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), nr serial UNIQUE, name text UNIQUE, parent uuid REFERENCES c);
            CREATE TABLE child (id serial PRIMARY KEY, c uuid NOT NULL REFERENCES c ON DELETE CASCADE, nr int REFERENCES c (nr));
            INSERT INTO c (name) SELECT n FROM unnest(ARRAY['a', 'b', 'c', 'd']) AS n ORDER BY random(); UPDATE c SET parent = (SELECT id FROM c WHERE name = 'a');
            INSERT INTO child (c, nr) SELECT id, nr FROM c;
            """,
        "INSERT INTO c (name) VALUES ('e')",
        "DROP TABLE child, c",
        "DELETE FROM child WHERE id = 2; UPDATE c SET name = name || '!' WHERE name < 'c'; INSERT INTO child (c) SELECT id FROM c WHERE name = 'e'"
    )]
    [InlineData(
        "columns that the migration fills, in one file and in the next",
        "CREATE TABLE docs (id int PRIMARY KEY, t text); INSERT INTO docs SELECT i, 't' FROM generate_series(1, 9) AS i;",
        "ALTER TABLE docs ADD token uuid DEFAULT gen_random_uuid(), ADD nr serial, ADD status text; UPDATE docs SET status = 'new'",
        "ALTER TABLE docs ADD at timestamptz DEFAULT clock_timestamp(); UPDATE docs SET status = status || '!' WHERE id < 5",
        "ALTER TABLE docs DROP token, DROP nr, DROP status, DROP at",
        "UPDATE docs SET status = 'paid' WHERE id IN (1, 9); UPDATE docs SET nr = 100 WHERE id = 3; UPDATE docs SET token = NULL, at = '2020-01-01' WHERE id = 4"
    )]
    [InlineData(
        "seeds made in a block that catches errors, changed by the next file, with a column of it",
        "",
        "CREATE TABLE c (id serial PRIMARY KEY, v int); DO $$ BEGIN INSERT INTO c (v) SELECT generate_series(1, 9); EXCEPTION WHEN others THEN NULL; END $$",
        "ALTER TABLE c ADD w int DEFAULT (random() * 1000)::int; UPDATE c SET v = v * 10 WHERE id < 5; INSERT INTO c (v) VALUES (7)",
        "DROP TABLE c",
        "UPDATE c SET w = -1 WHERE id % 2 = 0; DELETE FROM c WHERE id IN (1, 10)"
    )]
    [InlineData(
        "rows of tables that stay",
        People,
        "INSERT INTO roles VALUES ('mod', 'Moderator'); UPDATE people SET role = 'mod' WHERE id < 3; ALTER TABLE people ALTER level TYPE bigint; INSERT INTO log VALUES ('c')",
        "INSERT INTO works SELECT id, role FROM people",
        "DELETE FROM works; UPDATE people SET role = 'user' WHERE role = 'mod'; DELETE FROM roles WHERE name = 'mod'; ALTER TABLE people ALTER level TYPE int; TRUNCATE log",
        "UPDATE people SET role = 'mod' WHERE id = 5; UPDATE roles SET label = 'Mod!' WHERE name = 'mod'; DELETE FROM log WHERE line = 'b'; DELETE FROM works WHERE person = 1; UPDATE people SET level = 77 WHERE id = 2"
    )]
    [InlineData(
        "rows of tables that stay, some equal to others, some known by no key, in columns that get another type and the old one again",
        """
            CREATE TABLE same (v int); INSERT INTO same SELECT i / 5 FROM generate_series(1, 9) AS i;
            CREATE TABLE maybe (code text UNIQUE, v int); INSERT INTO maybe VALUES ('a', 1), (NULL, 3), (NULL, 3), (NULL, 4);
            CREATE TABLE at (id int PRIMARY KEY, at timestamptz, n int); INSERT INTO at SELECT i, timestamptz '2020-01-01 10:00' + i * interval '1 s', i FROM generate_series(1, 5) AS i;
            """,
        "ALTER TABLE at ALTER n TYPE bigint",
        "INSERT INTO same VALUES (7), (7)",
        """
            DELETE FROM same WHERE v = 7; DELETE FROM same WHERE ctid IN (SELECT ctid FROM same LIMIT 2); UPDATE same SET v = 3 WHERE ctid = (SELECT max(ctid) FROM same);
            DELETE FROM maybe WHERE ctid = (SELECT min(ctid) FROM maybe WHERE code IS NULL); UPDATE maybe SET v = 5 WHERE v = 4;
            ALTER TABLE at ALTER n TYPE int; ALTER TABLE at ALTER at TYPE date; ALTER TABLE at ALTER at TYPE timestamptz;
            """,
        "DELETE FROM same WHERE ctid = (SELECT max(ctid) FROM same); UPDATE at SET n = 9 WHERE id = 2"
    )]
    [InlineData(
        "a table that the rollback script makes anew under its name, with fewer columns",
        "CREATE TABLE c (id int PRIMARY KEY, v int); INSERT INTO c SELECT i, i FROM generate_series(1, 9) AS i;",
        "ALTER TABLE c RENAME TO old; CREATE TABLE c (id int PRIMARY KEY, v text, extra float DEFAULT random()); INSERT INTO c SELECT id, v FROM old; DROP TABLE old",
        "UPDATE c SET v = v || '!' WHERE id < 4",
        "ALTER TABLE c RENAME TO new; CREATE TABLE c (id int PRIMARY KEY, v int); INSERT INTO c SELECT id, 0 FROM new; DROP TABLE new",
        "UPDATE c SET extra = -1 WHERE id = 4; UPDATE c SET v = 'text' WHERE id = 5; INSERT INTO c VALUES (50, 'x'); DELETE FROM c WHERE id = 1"
    )]
    [InlineData(
        "many rows",
        "CREATE TABLE docs (id int PRIMARY KEY); INSERT INTO docs SELECT generate_series(1, 100001);",
        "CREATE TABLE c AS SELECT i AS id, i AS v FROM generate_series(1, 100001) AS i; ALTER TABLE c ADD PRIMARY KEY (id); ALTER TABLE docs ADD token float DEFAULT random()",
        "",
        "DROP TABLE c; ALTER TABLE docs DROP token",
        "UPDATE c SET v = 0 WHERE id < 5; DELETE FROM c WHERE id = 9; UPDATE docs SET token = -1 WHERE id < 3"
    )]
    public async Task After_undo_and_migrate_a_restore_gives_back_what_was_there(
        string what,
        string before,
        string up,
        string second,
        string down,
        string fill
    )
    {
        await using var scene = await Scene.CreateAsync(before, up, second, down, fill);
        var rows = await scene.RowsAsync();
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options);
        Assert.True(plan.Rows > 0);
        await scene.Inner.UndoneAsync(scene.Options);
        await scene.Inner.MigrateAsync();
        Assert.NotEqual(rows, await scene.RowsAsync());
        var report = await scene.Inner.RestoreAsync();
        Assert.True(report.Error is null, $"{what}: {report.Error}");
        Assert.Equal(rows, await scene.RowsAsync());
        Assert.Equal((0, 0), (report.Conflicting, report.Rejected));

        // A second time there is nothing to do.
        report = await scene.Inner.RestoreAsync();
        Assert.True(report.Error is null, $"{what}: {report.Error}");
        Assert.Equal(rows, await scene.RowsAsync());
    }

    [Fact]
    public async Task What_others_have_written_since_stays_and_is_told_by_key_and_columns()
    {
        await using var scene = await Scene.CreateAsync(
            People,
            "CREATE TABLE c (id int PRIMARY KEY, v int, w int); INSERT INTO c VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3); CREATE TABLE u (c int REFERENCES c); ALTER TABLE people ADD token float DEFAULT random()",
            "UPDATE people SET note = 'up' WHERE id < 3",
            "DROP TABLE u, c; ALTER TABLE people DROP token; UPDATE people SET note = 'down' WHERE id < 3",
            "UPDATE c SET v = 9, w = 9; DELETE FROM c WHERE id = 3; UPDATE people SET token = 5, note = 'mine' WHERE id < 3"
        );
        await scene.Inner.UndoneAsync(scene.Options);
        await scene.Database.ExecuteAsync("UPDATE people SET note = 'theirs' WHERE id = 2");
        await scene.Inner.MigrateAsync();
        await scene.Database.ExecuteAsync(
            "UPDATE c SET v = 5 WHERE id = 1; INSERT INTO u VALUES (3); UPDATE people SET token = 7 WHERE id = 1"
        );
        var report = await scene.Inner.RestoreAsync();
        Assert.Equal(("RestoreRowsLeft", ExitCode.CheckFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Equal(
            ["public.c (id) = (1) v", "public.c (id) = (3) ", "public.people (id) = (1) token", "public.people (id) = (2) note"],
            report
                .Tables.SelectMany(table => table.Conflicts.Select(row => $"{table.Name} {row.Key} {string.Join(',', row.Columns)}"))
                .OrderBy(line => line, StringComparer.Ordinal)
        );
        Assert.Equal(4, report.Conflicting);
        Assert.Equal(
            "1 5 9, 2 9 9, 3 3 3",
            await scene.Database.ScalarAsync<string>("SELECT string_agg(concat_ws(' ', id, v, w), ', ' ORDER BY id) FROM c")
        );
        Assert.Equal(
            "1 7 mine, 2 5 up",
            await scene.Database.ScalarAsync<string>(
                "SELECT string_agg(concat_ws(' ', id, token, note), ', ' ORDER BY id) FROM people WHERE id < 3"
            )
        );

        await scene.Inner.RestoreAsync(ConflictAction.Replace);
        Assert.Equal(
            "1 9 9, 2 9 9, 3 3 3",
            await scene.Database.ScalarAsync<string>("SELECT string_agg(concat_ws(' ', id, v, w), ', ' ORDER BY id) FROM c")
        );
        Assert.Equal(
            "1 5 mine, 2 5 mine",
            await scene.Database.ScalarAsync<string>(
                "SELECT string_agg(concat_ws(' ', id, token, note), ', ' ORDER BY id) FROM people WHERE id < 3"
            )
        );
    }

    [Theory]
    [InlineData("memo", "UPDATE people SET memo = 'up' WHERE id < 3")]
    [InlineData("memo", "UPDATE people SET memo = memo || '!' WHERE id < 3")]
    [InlineData("note", "UPDATE people SET note = 'up' WHERE id < 3")]
    public async Task What_others_write_into_a_column_is_theirs_whatever_name_it_has_meanwhile(string name, string fill)
    {
        var (there, back) =
            name == "note" ? ("", "") : ("ALTER TABLE people RENAME note TO memo;", "ALTER TABLE people RENAME memo TO note;");
        await using var scene = await Scene.CreateAsync(
            People,
            there + fill,
            "",
            back + "UPDATE people SET note = 'down' WHERE id < 3",
            $"UPDATE people SET {name} = 'mine' WHERE id < 3"
        );
        await scene.Inner.UndoneAsync(scene.Options);
        await scene.Database.ExecuteAsync("UPDATE people SET note = 'theirs' WHERE id = 2");
        await scene.Inner.MigrateAsync();
        var report = await scene.Inner.RestoreAsync();
        Assert.Equal("RestoreRowsLeft", report.Error?.ErrorId);
        Assert.Equal(
            [("(id) = (2)", name)],
            report.Tables.SelectMany(table => table.Conflicts).Select(row => (row.Key, string.Join(',', row.Columns)))
        );
        Assert.Equal("mine", await scene.Database.ScalarAsync<string>($"SELECT {name} FROM people WHERE id = 1"));
        Assert.NotEqual("mine", await scene.Database.ScalarAsync<string>($"SELECT {name} FROM people WHERE id = 2"));
    }

    [Fact]
    public async Task What_an_older_version_noted_knows_columns_by_their_names()
    {
        await using var scene = await Scene.CreateAsync(
            People,
            "UPDATE people SET note = 'up'",
            "",
            "UPDATE people SET note = 'down'",
            "UPDATE people SET note = 'mine' WHERE id < 3"
        );
        await scene.Inner.UndoneAsync(scene.Options);
        await scene.Database.ExecuteAsync("ALTER TABLE mued_schema_history_undone DROP COLUMN relation, DROP COLUMN numbers");
        await scene.Inner.MigrateAsync();
        Assert.Null((await scene.Inner.RestoreAsync()).Error);
        Assert.Equal(2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM people WHERE note = 'mine'"));

        await scene.Inner.UndoneAsync(scene.Options with { BackupPath = scene.Options.BackupPath + "2" });
        Assert.True(
            await scene.Database.ScalarAsync<bool>(
                "SELECT relation = 'people'::regclass AND cardinality(numbers) > 0 FROM mued_schema_history_undone WHERE table_name = 'people'"
            )
        );
    }

    [Fact]
    public async Task A_row_that_others_write_between_two_files_is_theirs_although_the_second_rewrites_the_table()
    {
        await using var scene = await Scene.CreateAsync(
            "",
            "CREATE TABLE c (id int PRIMARY KEY, v int); INSERT INTO c VALUES (1, 1), (2, 2)",
            "ALTER TABLE c ADD w float DEFAULT random(); UPDATE c SET v = v + 10",
            "DROP TABLE c",
            "UPDATE c SET v = 9"
        );
        await scene.Inner.UndoneAsync(scene.Options);
        Assert.Null((await MigrationRunner.RunAsync(scene.Settings, new() { Path = scene.Inner.Migrations, Target = "1" })).Error);
        await scene.Database.ExecuteAsync("UPDATE c SET v = 5 WHERE id = 1; INSERT INTO c VALUES (3, 5)");
        await scene.Inner.MigrateAsync();
        var report = await scene.Inner.RestoreAsync();
        Assert.Equal(1, report.Conflicting);
        Assert.Equal(
            "1 15, 2 9, 3 15",
            await scene.Database.ScalarAsync<string>("SELECT string_agg(concat_ws(' ', id, v), ', ' ORDER BY id) FROM c")
        );
    }

    /// <summary>Two files, the second of which may be empty, applied and filled.</summary>
    private sealed class Scene(MigrationSet set, UndoScene inner) : IAsyncDisposable
    {
        public UndoScene Inner => inner;

        public TestDatabase Database => inner.Database;

        public ConnectionSettings Settings => inner.Settings;

        /// <summary>Takes both files back.</summary>
        public UndoOptions Options => inner.Options with { Target = "0" };

        public static async Task<Scene> CreateAsync(string before, string up, string second, string down, string fill)
        {
            var set = new MigrationSet(
                ("0001_up.sql", up),
                ("0002_second.sql", second.Length > 0 ? second : "SELECT 1"),
                ("rollback_0001_up.sql", down)
            );
            var inner = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
            if (before.Length > 0)
                await inner.Database.ExecuteAsync(before);
            await inner.MigrateAsync();
            await inner.Database.ExecuteAsync(fill);
            return new(set, inner);
        }

        /// <summary>All rows of all tables but the history's, in an order of their own.</summary>
        public async Task<IReadOnlyList<string>> RowsAsync()
        {
            var rows = new List<string>();
            foreach (
                var table in await Database.ColumnAsync<string>(
                    "SELECT format('%I.%I', schemaname, relname) FROM pg_stat_user_tables WHERE relname NOT LIKE 'mued_schema_history%' ORDER BY 1"
                )
            )
                rows.Add(
                    await Database.ScalarAsync<string>(
                        $"SELECT '{table} ' || count(*) || ' ' || CASE WHEN count(*) < 50 THEN coalesce(string_agg(r, ' ' ORDER BY r), '') ELSE md5(string_agg(r, ' ' ORDER BY r)) END FROM (SELECT whole_row::text AS r FROM {table} AS whole_row) AS x"
                    )
                );
            return rows;
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            set.Dispose();
        }
    }
}
