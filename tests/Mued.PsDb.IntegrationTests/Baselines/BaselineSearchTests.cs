using Mued.PsDb.Baselines;
using Mued.PsDb.Files;

namespace Mued.PsDb.Tests;

/// <summary>Databases without a history, which have come to some place in a folder.</summary>
public class BaselineSearchTests
{
    /// <summary>A chain that makes, changes, renames and drops; two of its files change no schema.</summary>
    private static readonly (string Name, string Sql)[] Chain =
    [
        ("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY, note text); CREATE TYPE mood AS ENUM ('glad');"),
        ("0002_old.sql", "CREATE TABLE old (id serial PRIMARY KEY, a_id int REFERENCES a); CREATE INDEX old_a ON old (a_id);"),
        ("0003_fill.sql", "INSERT INTO a VALUES (1, 'one');"),
        ("0004_view.sql", "CREATE VIEW v AS SELECT id FROM a;"),
        ("0005_index.sql", "CREATE INDEX CONCURRENTLY a_note ON a (note);"),
        ("0006_drop.sql", "DROP TABLE old;"),
        ("0007_change.sql", "ALTER TABLE a ALTER note SET DEFAULT 'x', ADD CONSTRAINT short CHECK (length(note) < 9);"),
        ("0008_rename.sql", "ALTER TABLE a RENAME note TO remark;"),
        ("0009_label.sql", "ALTER TYPE mood ADD VALUE 'sad';"),
        ("0010_comment.sql", "COMMENT ON TABLE a IS 'all of it';"),
        ("0011_nothing.sql", "-- nothing yet"),
        ("0012_function.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"),
        ("0013_again.sql", "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';"),
        ("0014_fill.sql", "UPDATE a SET remark = 'two';"),
    ];

    [Fact]
    public async Task Each_place_in_a_folder_is_told_by_what_the_database_has_and_what_it_no_longer_has()
    {
        var (files, stages) = await StagesAsync();
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE audit (id int); CREATE SCHEMA other; CREATE TABLE other.t (id int)");
        for (var place = 1; place <= files.Count; place++)
        {
            foreach (var statement in files[place - 1].Sql.Statements)
                await database.ExecuteAsync(files[place - 1].Sql.TextOf(statement));
            if (place == 1)
                await database.ExecuteAsync("ALTER TABLE a ADD extra int; CREATE INDEX extra_a ON a (extra)");
            var name = files[place - 1].Name;

            // Whether the file that fills ran, no schema tells.
            if (name is "0002_old" or "0003_fill" or "0013_again" or "0014_fill")
            {
                var error = await Assert.ThrowsAsync<MuedException>(() => ChooseAsync(database, stages));
                Assert.Equal(("BaselineAmbiguous", ExitCode.Usage), (error.ErrorId, error.ExitCode));
                Assert.Contains(place < 5 ? "0002_old, 0003_fill. " : "0013_again, 0014_fill. ", error.Message, StringComparison.Ordinal);
                continue;
            }

            var found = await ChooseAsync(database, stages);
            Assert.Equal(name == "0010_comment" ? "0011_nothing" : name, found.Migration);
            Assert.Equal(
                files.TakeWhile(file => file.Name != found.Migration).Select(file => file.Name).Append(found.Migration),
                found.Migrations
            );
            Assert.Equal(["column public.a.extra", "index public.extra_a", "schema other", "table public.audit"], found.Extra.Order());
            Assert.Equal(place > 3 ? ["0003_fill"] : [], found.Untraced);
            Assert.True(found.Agreeing > 5 && found.Differences.Count > 0);
        }
    }

    [Theory]
    [InlineData("SELECT 1", "BaselineNotBegun", "none")]
    [InlineData(
        "CREATE TABLE a (id int PRIMARY KEY, note varchar(9)); CREATE TYPE mood AS ENUM ('glad')",
        "BaselineNoMatch",
        "column public.a.note differs"
    )]
    [InlineData("CREATE TABLE old (id int)", "BaselineNoMatch", "old")]
    public async Task What_stands_at_no_place_is_refused_with_the_nearest(string sql, string errorId, string named)
    {
        var (_, stages) = await StagesAsync();
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(sql);
        var error = await Assert.ThrowsAsync<MuedException>(() => ChooseAsync(database, stages));
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(named, error.Message.Replace("nothing", "none", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Phase_2_that_a_script_has_left_is_recorded_when_the_answer_is_yes_and_the_rest_applied()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE users (id uuid PRIMARY KEY, clerk_id varchar(90) NOT NULL, email text, CONSTRAINT users_of_ours UNIQUE (clerk_id));
            CREATE TABLE materials (id uuid PRIMARY KEY);
            """
        );
        foreach (var name in (string[])["0006_add_rag_metrics", "0007_optimize_rag_indexes"])
            await database.ExecuteAsync(await File.ReadAllTextAsync(Repository.PathOf($"sql/migrations/{name}.sql")));
        var options = MigrationSet.Phase2 with { Baseline = "auto" };
        var asked = new List<BaselineFinding>();
        Assert.Null(await BaselineSearch.RunAsync(database.Settings, options, Answer(false)));
        Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('mued_schema_history') IS NOT NULL"));

        var report = await BaselineSearch.RunAsync(database.Settings, options, Answer(true));
        Assert.True(report!.Error is null, $"{report.Error}");
        Assert.Equal(2, asked.Count);
        Assert.Equal(("0007_optimize_rag_indexes", "0008_add_foreign_keys_fixed"), (report.Baseline!.Migration, report.Baseline.NextBest));
        Assert.Contains("foreign key public.ai_dialogue_log.fk_ai_dialogue_user is missing", report.Baseline.Differences);
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Skipped, MigrationStatus.Applied],
            report.Migrations.Select(migration => migration.Status)
        );
        Assert.True(report.Verification!.Passed);
        Assert.Equal(
            ["baseline", "baseline", "migration"],
            await database.ColumnAsync<string>("SELECT kind FROM mued_schema_history ORDER BY version")
        );
        var error = await Assert.ThrowsAsync<MuedException>(() => BaselineSearch.FindAsync(database.Settings, options));
        Assert.Equal("BaselineHistory", error.ErrorId);

        Func<BaselineFinding, CancellationToken, Task<bool>> Answer(bool yes) =>
            (finding, _) =>
            {
                asked.Add(finding);
                return Task.FromResult(yes);
            };
    }

    [Fact]
    public async Task Where_another_tool_has_a_history_or_the_sandbox_cannot_follow_the_search_stops()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                "-- migrate:up\nCREATE TABLE a (id int);\nGRANT SELECT ON a TO mued_no_such_role;\nCREATE TABLE b (id gone);\n-- migrate:down\nDROP TABLE a;"
            )
        );
        var error = await Assert.ThrowsAsync<MuedException>(() => BaselineSearch.FindAsync(database.Settings, set.Options));
        Assert.Equal(("BaselineSandboxFailed", ExitCode.Usage, "42704"), (error.ErrorId, error.ExitCode, error.SqlState));
        Assert.Equal((set.FileOf("0001_a.sql"), 4), (error.File, error.Line));

        await database.ExecuteAsync(
            "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('0001')"
        );
        error = await Assert.ThrowsAsync<MuedException>(() => BaselineSearch.FindAsync(database.Settings, set.Options));
        Assert.Equal("HistoryElsewhere", error.ErrorId);
    }

    [Fact]
    public async Task A_baseline_may_end_between_two_files_of_one_version()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("0001_b.sql", "CREATE TABLE b (id int);"));
        await database.ExecuteAsync("CREATE TABLE a (id int)");
        var report = await MigrationRunner.RunAsync(
            database.Settings,
            set.Options with
            {
                Baseline = "0001_a",
                AllowDuplicateVersion = true,
            }
        );
        Assert.Equal([MigrationStatus.Skipped, MigrationStatus.Applied], report.Migrations.Select(migration => migration.Status));
    }

    private static async Task<(IReadOnlyList<MigrationFile> Files, IReadOnlyList<SchemaStage> Stages)> StagesAsync()
    {
        using var set = new MigrationSet(Chain);
        var files = MigrationFolder.Read(set.Path, [], allowDuplicateVersion: false).Files;
        await using var sandbox = await TestDatabase.CreateAsync();
        await using var connection = await sandbox.OpenAsync();
        return (files, await new StageBuilder(connection, [], null).MakeAsync(files, CancellationToken.None));
    }

    private static async Task<BaselineFinding> ChooseAsync(TestDatabase database, IReadOnlyList<SchemaStage> stages)
    {
        await using var connection = await database.OpenAsync();
        var target = await StageBuilder.ReadAsync(connection, [], CancellationToken.None);
        return BaselineChoice.Of(database.Name, await new StageComparer(stages, null, target).RunAsync(connection, CancellationToken.None));
    }
}
