using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>Folders of each layout, run and taken back on a real server.</summary>
public class LayoutRunTests(ITestOutputHelper output)
{
    // It stands in what takes back and nowhere else.
    private const string Sentinel = "mued_taken_back";

    private static readonly (string Up, string Down)[] Steps =
    [
        ("CREATE TABLE a (id int PRIMARY KEY, note text);", "DROP TABLE a;"),
        (
            "CREATE TABLE b (a_id int REFERENCES a);\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;",
            $"SELECT '{Sentinel}';\nDROP FUNCTION f();\nDROP TABLE b;"
        ),
        ("CREATE INDEX CONCURRENTLY b_a ON b (a_id);", $"SELECT '{Sentinel}'; DROP INDEX b_a;"),
    ];

    private static readonly Lazy<Task<IReadOnlyList<string>[]>> Expected = new(ExpectAsync);

    public static TheoryData<MigrationLayout> Layouts { get; } = [.. LayoutFolder.All];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Every_layout_applies_what_psql_would_and_takes_back_what_it_says(MigrationLayout layout)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = FaultProxy.Start(database.Url, new() { LookFor = Sentinel });
        var settings = TestConnection.SettingsFor(proxy.Url);
        using var set = new MigrationSet();
        for (var i = 0; i < Steps.Length; i++)
            LayoutFolder.Write(set, layout, i + 1, Steps[i].Up, Steps[i].Down, outside: i == 2);

        var report = await MigrationRunner.RunAsync(settings, set.Options);
        Assert.Null(report.Error);
        Assert.Equal((layout, 3), (report.Layout, report.Migrations.Count(migration => migration.Status == MigrationStatus.Applied)));
        Assert.Equal((await Expected.Value)[2], await CatalogAsync(database));
        Assert.Equal(RunStatus.NothingToDo, (await MigrationRunner.RunAsync(settings, set.Options)).Status);
        Assert.All(
            (await MigrationRunner.GetStatusAsync(settings, set.Options)).Migrations,
            m => Assert.Equal(MigrationState.Applied, m.State)
        );
        Assert.Equal(0, proxy.Sightings);

        var undo = await UndoRunner.RunAsync(settings, UndoOptions(set) with { Target = "1" });
        Assert.Null(undo.Error);
        Assert.Equal((layout, 2), (undo.Layout, undo.Units.Count));
        Assert.Equal((await Expected.Value)[0], await CatalogAsync(database));
        Assert.True(proxy.Sightings > 0);
        Assert.Equal(2, (await MigrationRunner.RunAsync(settings, set.Options)).Migrations.Count(m => m.Status == MigrationStatus.Applied));
        Assert.Equal((await Expected.Value)[2], await CatalogAsync(database));
    }

    [Fact]
    public async Task Whatever_is_asked_for_nothing_that_takes_back_is_sent()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = FaultProxy.Start(database.Url, new() { LookFor = Sentinel });
        var settings = TestConnection.SettingsFor(proxy.Url);
        var seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var (ran, refused) = (new HashSet<MigrationLayout>(), 0);
        for (var round = 0; round < Soak.Count(44, 2000); round++)
        {
            using var set = new MigrationSet();

            // The first round of each layout shows that its folders run; the others may be refused.
            var alone = round < LayoutFolder.All.Count;
            var layout = LayoutFolder.All[round % LayoutFolder.All.Count];
            var other = !alone && random.Next(6) == 0 ? Any(LayoutFolder.All) : layout;
            for (var version = 1; version <= random.Next(1, 5); version++)
            {
                var up =
                    $"CREATE TABLE t{round}_{version} (id int);\n{(alone ? "" : Any("", "-- Up migration\n", "SELECT $$;\n$$;\n", "/* ; */"))}";
                var down = Any(null, $"SELECT '{Sentinel}';", $"-- back\r\nSELECT '{Sentinel}'; DROP TABLE t{round}_{version};");
                LayoutFolder.Write(set, random.Next(2) == 0 ? layout : other, version, up, down);
            }

            var options = set.Options with
            {
                Layout = alone ? layout : Any(MigrationLayout.Auto, layout, Any(Enum.GetValues<MigrationLayout>())),
                AllowDuplicateVersion = random.Next(2) == 0,
                AllowOutOfOrder = random.Next(2) == 0,
                Reapply = random.Next(4) == 0,
                AcceptChanged = random.Next(4) == 0,
                DryRun = random.Next(4) == 0,
                HistoryTable = $"h{round}",
            };
            try
            {
                await MigrationRunner.RunAsync(settings, options);
                ran.Add(layout);
            }
            catch (MuedException e) when (e.ExitCode == ExitCode.Usage)
            {
                refused++;
            }

            Assert.True(proxy.Sightings == 0, $"Seed {seed}, round {round}: {layout} and {other}, asked for {options.Layout}");
        }

        output.WriteLine($"{refused} were refused");
        Assert.Equal(LayoutFolder.All, ran.Order());
        Assert.True(refused > 0);

        T Any<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
    }

    [Fact]
    public async Task What_is_repeatable_runs_behind_the_versions_whenever_it_has_changed()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("V1__a.sql", "CREATE TABLE ${schema}.a (id int);"),
            ("R__a_view.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM a;"),
            ("R__b_view.sql", "CREATE OR REPLACE VIEW w AS SELECT id FROM v;")
        );
        var options = set.Options with { Variables = new Dictionary<string, string> { ["schema"] = "public" } };
        Assert.Equal(["V1__a", "R__a_view", "R__b_view"], Applied(await RunAsync()));
        Assert.Empty(Applied(await RunAsync()));
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE kind = 'repeatable'"));

        set.Write("R__b_view.sql", "CREATE OR REPLACE VIEW w AS SELECT id, 1 AS one FROM v;");
        set.Write("V2__b.sql", "CREATE TABLE b (id int);");
        var status = await MigrationRunner.GetStatusAsync(database.Settings, options);
        Assert.Equal(
            [("V1__a", false, "Applied"), ("V2__b", false, "Pending"), ("R__a_view", true, "Applied"), ("R__b_view", true, "Pending")],
            status.Migrations.Select(migration => (migration.Name, migration.Repeatable, migration.State.ToString()))
        );
        Assert.Equal(["V2__b", "R__b_view"], Applied(await RunAsync()));
        Assert.Equal(4, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history"));

        set.Write("R__b_view.sql", "CREATE OR REPLACE VIEW w AS SELECT nothing FROM v;");
        var failed = await RunAsync();
        Assert.Equal((ExitCode.MigrationFailed, set.FileOf("R__b_view.sql")), (failed.Error!.ExitCode, failed.Error.File));
        Assert.Equal(
            2,
            await database.ScalarAsync<long>("SELECT count(*) FROM pg_attribute WHERE attrelid = 'w'::regclass AND attnum > 0")
        );
        set.Write("R__b_view.sql", "CREATE OR REPLACE VIEW w AS SELECT id, 1 AS one, 2 AS two FROM v;");
        Assert.Equal(["R__b_view"], Applied(await RunAsync()));

        set.Write("U2__b.sql", "DROP TABLE b;");
        var undo = await UndoRunner.RunAsync(database.Settings, UndoOptions(set) with { Variables = options.Variables });
        Assert.Null(undo.Error);
        Assert.Equal(["V2__b"], undo.Units.SelectMany(unit => unit.Migrations));

        async Task<MigrationReport> RunAsync() => await MigrationRunner.RunAsync(database.Settings, options);

        static IEnumerable<string> Applied(MigrationReport report) =>
            report.Migrations.Where(migration => migration.Status == MigrationStatus.Applied).Select(migration => migration.Name);
    }

    [Fact]
    public async Task The_base_tables_are_looked_at_when_the_migration_that_needs_them_comes()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = MigrationSet.CopyPhase2();
        var baseSql = await File.ReadAllTextAsync(Repository.PathOf("sql/sandbox/base.sql"));
        set.Write("0000_first.sql", "CREATE TABLE first (id int);");
        set.Write("rollback_0000_first.sql", "DROP TABLE first;\nCOMMIT;");
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options);
        Assert.Equal(("BaseTableMissing", ExitCode.CheckFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Equal(["0000_first"], await database.ColumnAsync<string>("SELECT migration FROM mued_schema_history"));

        set.Write("0001_base.sql", baseSql);
        report = await MigrationRunner.RunAsync(database.Settings, set.Options);
        Assert.Null(report.Error);
        Assert.Equal(BundledSql.ExpectedSchema, report.Verification!.Expectation);
        Assert.True(report.Verification.Checks > 100);
    }

    [Fact]
    public async Task A_chain_with_files_of_the_same_names_is_not_judged_as_Phase_2()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0006_add_rag_metrics.sql", "CREATE TABLE metrics (id int);"),
            ("0007_optimize_rag_indexes.sql", "CREATE INDEX ON metrics (id);"),
            ("0008_add_foreign_keys_fixed.sql", "ALTER TABLE metrics ADD PRIMARY KEY (id);")
        );
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options);
        Assert.Null(report.Error);
        Assert.Equal(3, report.Verification!.Checks);
    }

    private static UndoOptions UndoOptions(MigrationSet set) => new() { Path = set.Path, NoBackup = true };

    private static async Task<IReadOnlyList<string>[]> ExpectAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var states = new List<IReadOnlyList<string>>();
        foreach (var (up, _) in Steps)
        {
            await database.ExecuteAsync(up);
            states.Add(await CatalogAsync(database));
        }

        return [.. states];
    }

    private static async Task<IReadOnlyList<string>> CatalogAsync(TestDatabase database) =>
        [.. (await database.CatalogAsync()).Where(line => !line.Contains("mued_schema_history", StringComparison.Ordinal))];
}
