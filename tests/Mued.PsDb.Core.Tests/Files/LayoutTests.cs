using Mued.PsDb.Files;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

public sealed class LayoutTests(ITestOutputHelper output) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mued-layout-").FullName;

    public static TheoryData<MigrationLayout, string, string> Sections { get; } =
        new()
        {
            { MigrationLayout.Goose, "-- +goose Up\nSELECT 'up';\n-- +goose Down\nSELECT 'down';\n", "-- +goose Up" },
            {
                MigrationLayout.Goose,
                "-- about it\n-- +goose Up\n-- +goose StatementBegin\nSELECT 'up'; SELECT 'up';\n-- +goose StatementEnd\n--+goose down\n-- Down migration\nSELECT 'down';",
                "-- +goose Up"
            },
            { MigrationLayout.Dbmate, "-- migrate:up\nSELECT 'up';\n\n-- migrate:down\nSELECT 'down';\n", "-- migrate:up" },
            {
                MigrationLayout.Dbmate,
                "--migrate:up\nSELECT 'up';\n--migrate:down x y\nSELECT 'down';\n-- migrate:up\nSELECT 'up';\n-- migrate:down\nSELECT 'down'",
                "--migrate:up"
            },
            { MigrationLayout.SqlMigrate, "-- +migrate Up\r\nSELECT 'up';\r\n-- +migrate Down\r\nSELECT 'down';\r\n", "-- +migrate Up" },
            {
                MigrationLayout.Tern,
                "SELECT 'up';\n---- create above / drop below ----\nSELECT 'down';\n",
                "---- create above / drop below ----"
            },
            { MigrationLayout.NodePgMigrate, "-- Up Migration\nSELECT 'up';\n-- Down Migration\nSELECT 'down';\n", "-- Down Migration" },
            {
                MigrationLayout.NodePgMigrate,
                "SELECT 'up';\n  ---- down   migration of it\nSELECT 'down';\n",
                "---- down   migration of it"
            },
        };

    [Theory]
    [MemberData(nameof(Sections))]
    public void What_takes_back_is_cut_off_and_what_applies_keeps_its_place(MigrationLayout layout, string text, string mark)
    {
        Write("0001_a.sql", text);
        var read = Read();
        Assert.Equal(layout, read.Layout);
        Assert.Contains(mark, read.LayoutReason, StringComparison.Ordinal);
        var (up, down) = (Assert.Single(read.Files), Assert.Single(read.Rollbacks));
        Assert.Equal(("0001_a", "0001_a.down", "0001_a"), (up.Name, down.Name, down.Undoes));
        AssertOnly("'up'", up.Sql, text);
        AssertOnly("'down'", down.Sql, text);
        Assert.Empty(read.RollbackFiles);
        Assert.Equal(up.Sql.SqlChecksum, Read(layout).Files[0].Sql.SqlChecksum);
    }

    [Theory]
    [InlineData("-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;", true, false)]
    [InlineData("-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 2;", true, false)]
    [InlineData("-- migrate:up\nSELECT 1;\n-- migrate:down transaction:false\nSELECT 2;", false, true)]
    [InlineData("-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down\nSELECT 2;", true, false)]
    [InlineData("---- tern: disable-tx ----\nSELECT 1;\n---- create above / drop below ----\nSELECT 2;", true, false)]
    public void A_file_without_a_transaction_stays_one(string text, bool up, bool down)
    {
        Write("0001_a.sql", text);
        var read = Read();
        Assert.Equal(up, read.Files[0].Sql.Mode == ScriptMode.NonTransactional);
        Assert.Equal(down, read.Rollbacks[0].Sql.Mode == ScriptMode.NonTransactional);
    }

    [Theory]
    [InlineData("-- +goose Up\nSELECT 1;\n-- +goose Dwon\nSELECT 2;", "LayoutMarkerUnknown", 3)]
    [InlineData("-- +goose Up\nSELECT 1;\n  -- +goose Down\nSELECT 2;", "LayoutMarkerUnknown", 3)]
    [InlineData("-- +goose Up\n-- +goose ENVSUB ON\nSELECT 1;", "LayoutMarkerUnknown", 2)]
    [InlineData("-- migrate:up\nSELECT 1;\n-- migrate:dwon\nSELECT 2;", "LayoutMarkerUnknown", 3)]
    [InlineData("-- +migrate Up\nSELECT 1;\n-- +migrate down\nSELECT 2;", "LayoutMarkerUnknown", 3)]
    [InlineData("-- +migrate Up\nSELECT 1;\n--+migrate Down\nSELECT 2;", "LayoutMarkerUnknown", 3)]
    [InlineData("SELECT 1;\n---- create above/drop below ----\nSELECT 2;", "LayoutMarkerUnknown", 2)]
    [InlineData("SELECT 1; ---- create above / drop below ----\nSELECT 2;", "LayoutMarkerUnknown", 1)]
    [InlineData("-- remark\n  SELECT 1;\n-- +goose Up\n-- +goose Down\nSELECT 2;", "LayoutSqlOutside", 2)]
    [InlineData("SELECT 1;\n-- Up Migration\nSELECT 2;\n-- Down Migration\n", "LayoutSqlOutside", 1)]
    [InlineData("-- +goose Down\nSELECT 2;", "LayoutUpMissing", null)]
    public void What_is_not_certain_is_refused_with_its_place(string text, string errorId, int? line)
    {
        Write("0001_a.sql", text);
        Assert.Equal((errorId, ExitCode.Usage, line), (Refused() is var e ? e.ErrorId : "", e.ExitCode, e.Line));
    }

    [Fact]
    public void A_file_without_a_marker_among_files_that_have_them_is_refused()
    {
        Write("0001_a.sql", "-- +goose Up\nSELECT 1;");
        Write("0002_b.sql", "SELECT 1;");
        var error = Refused();
        Assert.Equal("LayoutUpMissing", error.ErrorId);
        Assert.Contains("0002_b.sql", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0001_a"], Read(exclude: ["0002*"]).Files.Where(file => !file.Excluded).Select(file => file.Name));
    }

    [Theory]
    [InlineData("1_a.up.sql", "1_a.down.sql")]
    [InlineData("1_a.sql", "1_a.down.sql")]
    [InlineData("1_a.sql", "1_a.rollback.sql")]
    [InlineData("1_a.sql", "1_a.undo.sql")]
    [InlineData("1_a_up.sql", "1_a_down.sql")]
    [InlineData("1_a-up.sql", "1_a-down.sql")]
    public void Of_a_pair_one_file_applies_and_the_other_takes_back(string up, string down)
    {
        Write(up, "SELECT 'up';");
        Write(down, "SELECT 'down';");
        Write(up.Replace("1_a", "2_slow_down", StringComparison.Ordinal), "-- no-transaction\nSELECT 2;");
        Write(down.Replace("1_a", "2_slow_down", StringComparison.Ordinal), "SELECT 2;");
        var read = Read();
        Assert.Equal(MigrationLayout.Pairs, read.Layout);
        Assert.Equal(["1_a", "2_slow_down"], read.Files.Select(file => file.Name));
        Assert.Equal(ScriptMode.NonTransactional, read.Files[1].Sql.Mode);
        var script = read.Rollbacks[0];
        Assert.Equal(("1_a.down", "1_a", Path.Combine(folder, down)), (script.Name, script.Undoes, script.Path));
        Assert.Equal(2, read.RollbackFiles.Count);

        foreach (var layout in Enum.GetValues<MigrationLayout>().Except([MigrationLayout.Auto, MigrationLayout.Pairs]))
            Assert.StartsWith("Layout", Refused(layout, allowDuplicateVersion: true).ErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LayoutPairIncomplete", "1_a.up.sql", "2_b.down.sql")]
    [InlineData("LayoutPairIncomplete", "1_a.sql", "2_b.down.sql")]
    [InlineData("LayoutPairStray", "1_a.up.sql", "2_b.sql")]
    public void Half_a_pair_is_refused_unless_it_is_left_out(string errorId, string file, string half)
    {
        Write(file, "SELECT 1;");
        Write(half, "SELECT 1;");
        var error = Refused();
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(half, error.Message, StringComparison.Ordinal);
        Assert.Single(Read(exclude: [half]).Files, one => !one.Excluded);
    }

    [Theory]
    [InlineData("V2*")]
    [InlineData("V2__b.sql")]
    [InlineData("deep")]
    [InlineData("sub/deep/V2__b.sql")]
    public void A_file_below_is_left_out_by_its_name_by_its_place_and_by_a_folder_above_it(string pattern)
    {
        Directory.CreateDirectory(Path.Combine(folder, "sub/deep"));
        Write("V1__a.sql", "SELECT 1;");
        Write("sub/deep/V2__b.sql", "SELECT 2;");
        Assert.Equal(["V1__a", "V2__b"], Read().Files.Select(file => file.Name));
        Assert.Equal("V1__a", Assert.Single(Read(exclude: [pattern]).Files, file => !file.Excluded).Name);
    }

    [Theory]
    [InlineData("""[{"tag":"0000_a"},{"tag":null}]""", "LayoutJournalInvalid")]
    [InlineData("""[{"tag":"0000_a"},{"tag":"0001_b"},{"tag":"0000_a"}]""", "MigrationNameDuplicate")]
    public void A_journal_that_names_nothing_or_one_file_twice_is_refused(string entries, string errorId)
    {
        Directory.CreateDirectory(Path.Combine(folder, "meta"));
        Write("meta/_journal.json", $$"""{"dialect":"postgresql","entries":{{entries}}}""");
        Write("0000_a.sql", "SELECT 1;");
        Write("0001_b.sql", "SELECT 2;");
        Assert.Equal((errorId, ExitCode.Usage), (Refused() is var e ? e.ErrorId : "", e.ExitCode));
    }

    [Fact]
    public void Two_layouts_in_one_folder_are_refused_with_the_lines_that_show_them()
    {
        Write("0001_a.sql", "-- +goose Up\nSELECT 1;");
        Write("0002_b.sql", "\n-- migrate:up\nSELECT 1;");
        var error = Refused();
        Assert.Equal("LayoutAmbiguous", error.ErrorId);
        Assert.Contains("0001_a.sql:1 -- +goose Up", error.Message, StringComparison.Ordinal);
        Assert.Contains("0002_b.sql:2 -- migrate:up", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("Layout", Refused(MigrationLayout.Goose).ErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void No_layout_that_is_asked_for_runs_what_takes_back(MigrationLayout layout, string text, string mark)
    {
        Assert.NotEmpty(mark);
        Write("0001_a.sql", text);
        foreach (var other in Enum.GetValues<MigrationLayout>().Except([MigrationLayout.Auto, layout]))
            Assert.StartsWith("Layout", Refused(other, allowDuplicateVersion: true).ErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("atlas.sum", "h1:", "LayoutAtlas")]
    [InlineData("sqitch.plan", "%project=a", "LayoutSqitch")]
    [InlineData("changelog.xml", "<databaseChangeLog/>", "LayoutLiquibase")]
    [InlineData("db.yaml", "databaseChangeLog:", "LayoutLiquibase")]
    [InlineData("0002_b.sql", "--liquibase formatted sql\n--changeset me:1\nSELECT 1;", "LayoutLiquibase")]
    [InlineData("0002_b.go", "package main", "LayoutCode")]
    [InlineData("20240101_b.rb", "class B", "LayoutCode")]
    [InlineData("0002_b.py", "pass", "LayoutCode")]
    [InlineData("1700000000-B.ts", "export", "LayoutCode")]
    [InlineData("V2__b.java", "class B", "LayoutCode")]
    [InlineData("env.py", "import alembic", "LayoutCode")]
    public void The_folder_of_a_tool_that_cannot_be_followed_is_refused_with_the_way_to_go(string name, string text, string errorId)
    {
        Write("0001_a.sql", "SELECT 1;");
        Write(name, text);
        var error = Refused();
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Advice.Split(". ").Length);
        Assert.Single(Read(exclude: [name]).Files, file => !file.Excluded);
    }

    [Fact]
    public void The_folders_of_grate_are_refused()
    {
        Write("up/0001_a.sql", "SELECT 1;");
        Assert.Equal("LayoutGrate", Refused().ErrorId);
    }

    [Fact]
    public void What_only_sounds_like_a_layout_is_plain_and_what_is_passed_over_is_told()
    {
        Write("0001_slow_down.sql", "-- Up migration: see https://example.org/+goose\nSELECT 1;\n---- a line ----\n");
        Write("embed.go", "package migrations");
        Write("README.md", "");
        Write("old/0000_x.sql", "SELECT 1;");
        var read = Read();
        Assert.Equal(MigrationLayout.Plain, read.Layout);
        Assert.Equal(["README.md", "embed.go", "old/"], read.Ignored);
    }

    [Fact]
    public void A_script_that_takes_back_is_not_read_before_it_is_needed()
    {
        Write("0001_a.sql", "SELECT 1;");
        Write("rollback_0001_a.sql", "DROP TABLE a; COMMIT;");
        Write("rollback_0001_b.txt", "");
        Assert.Equal("TransactionControl", Assert.Throws<MuedException>(() => Read().Rollbacks[0].Sql).ErrorId);
    }

    [Theory]
    [InlineData("20251231_a 2026-01-15-101112_b 2026-02-01_c 20260301T101112_d 20260302_101112_e 202603031011_f")]
    [InlineData("2014_10_12_000000_create_users 2014_10_12_100000_create_b")]
    [InlineData("2026-01-15_a 2026-01-16_b")]
    [InlineData("0001_a 20251231_b")]
    [InlineData("1.2_a 1.10_b 2_c")]
    [InlineData("1591631341000_a 1591631341001_b")]
    [InlineData("2026011501_a 2026011502_b")]
    public void Dates_and_numbers_of_any_spelling_run_in_their_order(string names)
    {
        foreach (var name in names.Split(' '))
            Write(name + ".sql", "SELECT 1;");
        Assert.Equal(names.Split(' '), Read().Files.Select(file => file.Name));
    }

    [Theory]
    [InlineData("20260115_a", "20260115101112_b", "MigrationOrderUncertain")]
    [InlineData("2026011501_a", "20260115101112_b", "MigrationOrderUncertain")]
    [InlineData("1591631341000_a", "20260115101112_b", "MigrationOrderUncertain")]
    [InlineData("2026.01.15_a", "20260114_b", "MigrationOrderUncertain")]
    [InlineData("2026-01-15_a", "20260115_b", "MigrationVersionDuplicate")]
    public void What_has_no_certain_order_is_refused(string first, string second, string errorId)
    {
        Write(first + ".sql", "SELECT 1;");
        Write(second + ".sql", "SELECT 1;");
        Assert.Equal(errorId, Refused().ErrorId);
    }

    [Fact]
    public void Flyway_runs_versions_in_folders_of_any_depth_and_then_what_is_repeatable()
    {
        Write("V1__a.sql", "CREATE TABLE ${schema}.a (id int);\n-- ${unknown}\nINSERT INTO a VALUES ('${schema}');");
        Write("U1__a.sql", "DROP TABLE ${schema}.a;");
        Write("later/2026/V1_10__c.sql", "VACUUM a;\nSELECT 1;");
        Write("later/2026/V1_10__c.sql.conf", "# of Flyway\nexecuteInTransaction = false\n");
        Write("V1.2__b.sql", "-- evolve-tx-off\nSELECT 1;");
        Write("R__views.sql", "SELECT 3;");
        Write("R__again.sql", "SELECT 3;");
        Write("notes.txt", "");
        var read = Read(variables: new() { ["schema"] = "app" });
        Assert.Equal(MigrationLayout.Flyway, read.Layout);
        Assert.Equal(["V1__a", "V1.2__b", "V1_10__c", "R__again", "R__views"], read.Files.Select(file => file.Name));
        Assert.Equal(["1", "1.2", "1.10", "", ""], read.Files.Select(file => file.Version.Text));
        Assert.Equal([false, false, false, true, true], read.Files.Select(file => file.Repeatable));
        Assert.Equal([0, 1, 1, 0, 0], read.Files.Select(file => (int)file.Sql.Mode));
        Assert.Equal("CREATE TABLE app.a (id int)", read.Files[0].Sql.TextOf(read.Files[0].Sql.Statements[0]));
        Assert.Equal("INSERT INTO a VALUES ('app')", read.Files[0].Sql.TextOf(read.Files[0].Sql.Statements[1]));
        Assert.Equal(("V1__a", "DROP TABLE app.a"), (read.Rollbacks[0].Undoes, Assert.Single(read.Rollbacks).Sql.Text.Trim(';')));
        Assert.Equal(["notes.txt"], read.Ignored);
    }

    [Theory]
    [InlineData("V2__b.sql", "SELECT 1,\n  '${gone}';", "PlaceholderUnknown", 2, 4)]
    [InlineData("V2__b.sql.conf", "shouldExecute=false", "LayoutSettingUnknown", 1, 1)]
    [InlineData("V2__b.sql", "-- evolve-repeat-always\nSELECT 1;", "LayoutMarkerUnknown", 1, 1)]
    [InlineData("V2__b.sql", "SELECT 1;\n-- +goose Down\nSELECT 2;", "LayoutAmbiguous", null, null)]
    [InlineData("sub/V2__b.sql", "SELECT 1;\n-- Down Migration\nSELECT 2;", "LayoutContradicted", null, null)]
    [InlineData("B2__b.sql", "SELECT 1;", "LayoutFlywayUnsupported", null, null)]
    [InlineData("beforeMigrate.sql", "SELECT 1;", "LayoutFlywayUnsupported", null, null)]
    [InlineData("v2__b.sql", "SELECT 1;", "LayoutFlywayStray", null, null)]
    [InlineData("0002_b.sql", "SELECT 1;", "LayoutFlywayStray", null, null)]
    [InlineData("U2__b.sql", "SELECT 1;", "LayoutPairIncomplete", null, null)]
    [InlineData("V01__b.sql", "SELECT 1;", "MigrationVersionDuplicate", null, null)]
    public void What_Flyway_means_otherwise_is_refused(string name, string text, string errorId, int? line, int? column)
    {
        Write("V1__a.sql", "SELECT 1;");
        if (name.EndsWith(".conf", StringComparison.Ordinal))
            Write(name[..^".conf".Length], "SELECT 1;");
        Write(name, text);
        var error = Refused();
        Assert.Equal((errorId, ExitCode.Usage, line, column), (error.ErrorId, error.ExitCode, error.Line, error.Column));
    }

    [Theory]
    [InlineData(MigrationLayout.Diesel, "up.sql")]
    [InlineData(MigrationLayout.Prisma, "migration.sql")]
    public void A_folder_may_be_a_migration(MigrationLayout layout, string up)
    {
        Write($"2026-01-15-101112_b/{up}", "SELECT 'up';");
        Write("2026-01-15-101112_b/down.sql", "SELECT 'down';");
        Write($"00000000000000_initial/{up}", "SELECT 'up';");
        Write($"20251231000000_a/{up}", "VACUUM;");
        Write("old/notes.txt", "");
        if (layout == MigrationLayout.Diesel)
            Write("20251231000000_a/metadata.toml", "# of diesel\nrun_in_transaction = false # now\n");
        else
            Write("migration_lock.toml", "provider = \"postgresql\"");
        var read = Read();
        Assert.Equal(layout, read.Layout);
        Assert.Equal(["00000000000000_initial", "20251231000000_a", "2026-01-15-101112_b"], read.Files.Select(file => file.Name));
        Assert.Equal(ScriptMode.NonTransactional, read.Files[1].Sql.Mode);
        Assert.Equal(("2026-01-15-101112_b", 1), (Assert.Single(read.Rollbacks).Undoes, read.Rollbacks[0].Sql.Statements.Count));
        Assert.Equal(["old/"], read.Ignored);
        Assert.True(Read(exclude: ["2026*"]).Files[2].Excluded);

        Write("0001_stray.sql", "SELECT 1;");
        Assert.Equal("LayoutStray", Refused().ErrorId);
        Assert.Equal(["0001_stray"], Read(MigrationLayout.Plain).Files.Select(file => file.Name));
    }

    [Theory]
    [InlineData("20260101_a/migration.sql", "SELECT 1;", "migration_lock.toml", "provider = \"mysql\"", "LayoutDialect")]
    [InlineData("20260101_a/up.sql", "SELECT 1;", "20260102_b/down.sql", "SELECT 1;", "LayoutPairIncomplete")]
    [InlineData("20260101_a/up.sql", "SELECT 1;", "20260101_a/metadata.toml", "run_in_transaction = no", "LayoutSettingUnknown")]
    [InlineData("20260101_a/up.sql", "SELECT 1;", "20260102_b/migration.sql", "SELECT 1;", "LayoutAmbiguous")]
    [InlineData("20260101_a/up.sql", "-- migrate:up\n", "README.md", "", "LayoutContradicted")]
    [InlineData("first/up.sql", "SELECT 1;", "README.md", "", "MigrationVersionMissing")]
    public void A_folder_a_migration_that_cannot_be_followed_is_refused(
        string name,
        string text,
        string other,
        string content,
        string errorId
    )
    {
        Write(name, text);
        Write(other, content);
        Assert.Equal((errorId, ExitCode.Usage), (Refused() is var error ? error.ErrorId : "", error.ExitCode));
    }

    [Fact]
    public void The_journal_of_drizzle_gives_the_order()
    {
        WriteJournal("0000_b", "0001_a", "0001_c");
        foreach (var name in (string[])["0000_b", "0001_a", "0001_c"])
            Write(name + ".sql", "SELECT 1;\n--> statement-breakpoint\nSELECT 2;");
        Write("rollback_0001_c.sql", "SELECT 'down'; COMMIT;");
        Write("meta/0000_snapshot.json", "{}");
        var read = Read();
        Assert.Equal(MigrationLayout.Drizzle, read.Layout);
        Assert.Equal(["0000_b", "0001_a", "0001_c"], read.Files.Select(file => file.Name));
        Assert.Equal(["0000", "0001", "0002"], read.Files.Select(file => file.Version.Text));
        Assert.Equal(2, read.Files[0].Sql.Statements.Count);
        Assert.Equal(["rollback_0001_c.sql"], read.RollbackFiles);
        Assert.Empty(read.Ignored);

        WriteJournal("0000_b", "0001_c");
        var error = Refused();
        Assert.Equal("LayoutJournalStray", error.ErrorId);
        Assert.Contains("0001_a.sql", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Read(exclude: ["0001_a.sql"]).Files.Count(file => !file.Excluded));
        Assert.Equal(3, MigrationFolder.Read(folder, [], allowDuplicateVersion: true, MigrationLayout.Plain).Files.Count);

        WriteJournal("0000_b", "0002_gone");
        error = Refused();
        Assert.Equal("LayoutJournalMissing", error.ErrorId);
        Assert.Contains("0002_gone.sql", error.Message, StringComparison.Ordinal);

        Write("meta/_journal.json", "<<<<<<< HEAD");
        Assert.Equal("LayoutJournalInvalid", Refused().ErrorId);
        Write("meta/_journal.json", """{"dialect":"mysql","entries":[]}""");
        Assert.Equal("LayoutDialect", Refused().ErrorId);
    }

    [Fact]
    public void Drizzle_as_of_version_1_keeps_a_folder_a_migration()
    {
        Write("20260115101112_a/migration.sql", "SELECT 1;");
        Write("20260115101112_a/snapshot.json", "{}");
        Assert.Equal((MigrationLayout.Drizzle, "20260115101112_a"), (Read().Layout, Read().Files[0].Name));
    }

    [Theory]
    [InlineData("SELECT '{{1,2},{3,4}}'::int[] -- {{ not one }}\n;", true)]
    [InlineData("SELECT 1;\n  {{ template \"shared/a.sql\" . }}\n", false)]
    public void A_template_that_nobody_fills_in_is_refused_with_its_place(string text, bool fine)
    {
        Write("0001_a.sql", text);
        if (fine)
            Assert.Single(Read().Files);
        else
            Assert.Equal(("TemplateFound", 2, 3), (Refused() is var error ? error.ErrorId : "", error.Line, error.Column));
    }

    [Fact]
    public void A_variable_where_there_are_no_placeholders_is_refused()
    {
        Write("0001_a.sql", "SELECT '${schema}';");
        Assert.Equal("VariableUnused", Assert.Throws<MuedException>(() => Read(variables: new() { ["schema"] = "app" })).ErrorId);
        Assert.Equal("SELECT '${schema}'", Read().Files[0].Sql.Text.Trim(';'));
    }

    [Theory]
    [InlineData(MigrationLayout.Goose)]
    [InlineData(MigrationLayout.Pairs)]
    public void Five_thousand_files_are_all_read(MigrationLayout layout)
    {
        for (var i = 1; i <= 5000; i++)
        {
            if (layout == MigrationLayout.Goose)
                Write($"{i:00000}_t.sql", $"-- +goose Up\nCREATE TABLE t{i} (id int);\n-- +goose Down\nDROP TABLE t{i};");
            else
                Write($"{i:00000}_t.up.sql", $"CREATE TABLE t{i} (id int);");
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var read = Read();
        output.WriteLine($"{clock.Elapsed.TotalMilliseconds:0} ms");
        Assert.Equal((layout, 5000), (read.Layout, read.Files.Count));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void AssertOnly(string expected, SqlScript script, string text)
    {
        Assert.NotEmpty(script.Statements);
        foreach (var statement in script.Statements)
        {
            Assert.Equal("SELECT " + expected, script.TextOf(statement));
            Assert.Equal("SELECT " + expected, text.Substring(statement.Offset, statement.Length));
        }
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void WriteJournal(params string[] tags) =>
        Write(
            "meta/_journal.json",
            $$"""{"version":"7","dialect":"postgresql","entries":[{{string.Join(",", tags.Select((tag, i) => $$"""{"idx":{{i}},"tag":"{{tag}}"}"""))}}]}"""
        );

    private MigrationFolder Read(
        MigrationLayout layout = MigrationLayout.Auto,
        string[]? exclude = null,
        Dictionary<string, string>? variables = null
    ) => MigrationFolder.Read(folder, exclude ?? [], allowDuplicateVersion: false, layout, variables);

    private MuedException Refused(MigrationLayout layout = MigrationLayout.Auto, bool allowDuplicateVersion = false) =>
        Assert.Throws<MuedException>(() => MigrationFolder.Read(folder, [], allowDuplicateVersion, layout));
}
