using Mued.PsDb.Tests.Cli;

namespace Mued.PsDb.Tests;

/// <summary>Databases, files and folders compared, and the way from one to the other.</summary>
public sealed class CompareTests
{
    private const string One = """
        CREATE TYPE public.mood AS ENUM ('sad', 'ok'); CREATE DOMAIN public.code AS text CHECK (VALUE <> '');
        CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE public.a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial, name varchar(20) NOT NULL DEFAULT 'x', mood public.mood, code public.code);
        CREATE TABLE public.b (a bigint REFERENCES public.a ON DELETE CASCADE, at timestamptz DEFAULT now(), CONSTRAINT late CHECK (at > '2020-01-01')) WITH (fillfactor = 80);
        CREATE INDEX b_at ON public.b (at DESC) WHERE a > 5; CREATE TRIGGER touch BEFORE UPDATE ON public.a FOR EACH ROW EXECUTE FUNCTION public.touch();
        CREATE VIEW public.v AS SELECT id, name FROM public.a; CREATE VIEW public.w AS SELECT name FROM public.v; CREATE MATERIALIZED VIEW public.m AS SELECT count(*) AS n FROM public.b;
        ALTER TABLE public.a ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON public.a FOR SELECT USING (id > 0); ALTER TABLE public.a DISABLE TRIGGER touch;
        CREATE TABLE public.p (k integer NOT NULL, x text) PARTITION BY RANGE (k); CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (1) TO (9); CREATE INDEX p_x ON public.p (x);
        ALTER TABLE public.b ALTER at SET STATISTICS 50; ALTER TABLE public.p ALTER x SET STORAGE EXTERNAL; ALTER TABLE public.b REPLICA IDENTITY FULL;
        GRANT SELECT, UPDATE ON public.a TO pg_monitor; REVOKE EXECUTE ON FUNCTION public.touch() FROM PUBLIC; ALTER VIEW public.w OWNER TO pg_monitor;
        COMMENT ON TABLE public.a IS 'one'; COMMENT ON COLUMN public.a.name IS 'two'; CREATE SCHEMA app CREATE TABLE inside (x integer);
        CREATE COLLATION app.c (provider = libc, locale = 'C'); CREATE PUBLICATION pub FOR TABLE public.b;
        """;

    private const string Other = """
        CREATE TYPE public.mood AS ENUM ('sad'); CREATE DOMAIN public.code AS text DEFAULT 'q';
        CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
        CREATE TABLE public.a (id bigint PRIMARY KEY, n integer, name text, mood public.mood, gone integer);
        CREATE TABLE public.b (a bigint, at timestamptz);
        CREATE INDEX b_at ON public.b (at); CREATE INDEX extra ON public.b (a); CREATE TRIGGER other BEFORE UPDATE ON public.a FOR EACH ROW EXECUTE FUNCTION public.touch();
        CREATE VIEW public.v AS SELECT id, name AS other FROM public.a; CREATE VIEW public.x AS SELECT other FROM public.v; CREATE TABLE public.more (id integer REFERENCES public.b_key);
        """;

    /// <summary>The statements of the report, run on the real target, leave no difference; the other way round the same objects differ.</summary>
    [Fact]
    public async Task The_statements_make_the_target_like_the_reference()
    {
        await using var reference = await TestDatabase.CreateAsync();
        await reference.ExecuteAsync(One);
        await using var target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(
            Other
                .Replace("public.b_key", "public.a", StringComparison.Ordinal)
                .Replace("id integer REFERENCES", "id bigint REFERENCES", StringComparison.Ordinal)
        );

        var way = Assert.Single((await CompareAsync(reference.Settings, target.Settings)).Targets);
        var back = Assert.Single((await CompareAsync(target.Settings, reference.Settings)).Targets);

        Assert.Equal(Findings(way, CheckStatus.Missing), Findings(back, CheckStatus.Unexpected));
        Assert.Equal(Findings(way, CheckStatus.Unexpected), Findings(back, CheckStatus.Missing));
        Assert.Equal(Findings(way, CheckStatus.Different), Findings(back, CheckStatus.Different));
        // Who owns what is told, not tried.
        Assert.Contains("view owner public.w", way.Remark, StringComparison.Ordinal);
        Assert.All(
            way.Statements,
            statement => Assert.Equal(!statement.Sql.Contains(" OWNER TO ", StringComparison.Ordinal), statement.Proven)
        );
        Assert.Contains(way.Statements, statement => statement is { Risk: StatementRisk.LosesRows, Sql: "DROP TABLE public.more" });
        foreach (var statement in way.Statements)
            await target.ExecuteAsync(statement.Sql);
        Assert.True((await CompareAsync(reference.Settings, target.Settings)).Equal);
    }

    [Fact]
    public async Task What_cannot_be_proven_is_not_called_proven()
    {
        await using var reference = await TestDatabase.CreateAsync();
        await using var target = await TestDatabase.CreateAsync();
        await reference.ExecuteAsync("CREATE TABLE public.t (b integer, a integer); CREATE TYPE public.e AS ENUM ('x')");
        await target.ExecuteAsync(
            "CREATE TABLE public.t (a integer, b integer); CREATE TYPE public.e AS ENUM ('x', 'y'); CREATE TABLE public.more ()"
        );

        var compared = Assert.Single((await CompareAsync(reference.Settings, target.Settings)).Targets);

        Assert.False(compared.Proven);
        Assert.Contains("column order public.t", compared.Remark, StringComparison.Ordinal);
        Assert.Contains("enum public.e", compared.Remark, StringComparison.Ordinal);
        Assert.Equal(["DROP TABLE public.more"], compared.Statements.Select(statement => statement.Sql));
    }

    [Fact]
    public async Task A_file_and_a_folder_are_compared_like_a_database()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "0001_a.sql"), "CREATE TABLE public.made (id integer PRIMARY KEY);");
            await using var database = await TestDatabase.CreateAsync();
            await database.ExecuteAsync("CREATE TABLE public.made (id integer PRIMARY KEY)");
            var made = Source(folder.FullName);
            Assert.Equal([], (await CompareAsync(made, SchemaSource.Of(database.Settings))).Targets[0].Differences);
            var file = Path.Combine(folder.FullName, "made.json");
            (await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true })).Save(file);
            await database.ExecuteAsync("CREATE TABLE public.by_hand (id integer)");

            foreach (var reference in new[] { made, Source(file) })
            {
                var report = await CompareAsync(reference, SchemaSource.Of(database.Settings));
                var difference = Assert.Single(report.Targets[0].Differences, check => check.Cause is null);
                Assert.Equal((CheckStatus.Unexpected, "public.by_hand"), (difference.Status, difference.Name));
                Assert.True(report.Targets[0].Proven, report.Targets[0].Remark);
            }

            var other = Path.Combine(folder.FullName, "other.json");
            (await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true })).Save(other);
            var files = await CompareAsync(Source(file), Source(other));
            Assert.Equal(["DROP TABLE public.by_hand"], files.Targets[0].Statements.Select(statement => statement.Sql));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One expectation, many databases: who differs where; one that cannot be read stops no other.</summary>
    [Fact]
    public async Task A_fleet_is_one_report_with_a_table_of_who_differs_where()
    {
        await using var reference = await TestDatabase.CreateAsync();
        await using var same = await TestDatabase.CreateAsync();
        await using var drifted = await TestDatabase.CreateAsync();
        foreach (var database in new[] { reference, same, drifted })
            await database.ExecuteAsync("CREATE TABLE public.t (id integer, name text)");
        await drifted.ExecuteAsync("ALTER TABLE public.t DROP COLUMN name");
        var gone = drifted.Server.UrlOf("no_such_database");

        var result = await CliProcess.RunAsync(
            "compare-schema",
            "--reference",
            reference.Url,
            "--target",
            same.Url,
            "--target",
            drifted.Url,
            "--target",
            gone,
            "--output",
            "json"
        );

        Assert.Equal((int)ExitCode.NoConnection, result.ExitCode);
        var targets = CliReport.Of(result).GetProperty("targets");
        Assert.Equal([true, false, false], targets.EnumerateArray().Select(target => target.GetProperty("equal").GetBoolean()));
        Assert.Equal("public.t.name", targets[1].GetProperty("differences")[0].GetProperty("name").GetString());
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, targets[2].GetProperty("error").ValueKind);

        var report = await SchemaCompare.RunAsync(
            new()
            {
                Reference = SchemaSource.Of(reference.Settings),
                Targets = [SchemaSource.Of(same.Settings), SchemaSource.Of(drifted.Settings)],
            }
        );
        var table = Assert.Single(ReportDocument.From(report).Tables);
        Assert.Equal(["column public.t.name", "same", "Missing"], table.Rows[0]);
    }

    private static Task<CompareReport> CompareAsync(ConnectionSettings reference, ConnectionSettings target) =>
        CompareAsync(SchemaSource.Of(reference), SchemaSource.Of(target));

    private static Task<CompareReport> CompareAsync(SchemaSource reference, SchemaSource target) =>
        SchemaCompare.RunAsync(new() { Reference = reference, Targets = [target] });

    private static SchemaSource Source(string path) => SchemaSource.Parse(path, "/", "--reference");

    private static IEnumerable<string> Findings(ComparedSchema compared, CheckStatus status) =>
        compared
            .Differences.Where(check => check.Status == status && check.Cause is null)
            .Select(check => $"{check.Kind} {check.Name}")
            .Order(StringComparer.Ordinal);
}
