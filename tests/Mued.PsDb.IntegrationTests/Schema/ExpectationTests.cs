using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>What an expectation holds, and on what its text must not depend.</summary>
public sealed class ExpectationTests
{
    private const string Expressions = """
        CREATE TABLE public.texts (
            at timestamptz DEFAULT '2020-07-01 12:00+00' CHECK (at > '2019-12-31 23:30:00+00'),
            day date DEFAULT '2020-02-03' CHECK (day < '2030-05-06'),
            span interval DEFAULT '1 year 2 mons 3 days' CHECK (span < '100 days 04:00'),
            bytes bytea DEFAULT '\x5c00ff',
            factor double precision DEFAULT 0.1::double precision + '1.1'::double precision,
            price money DEFAULT '1.50'::money,
            path text DEFAULT 'a\b' CHECK (path <> 'c\d')
        );
        CREATE INDEX texts_day ON public.texts (day) WHERE at > '2020-01-01 00:00+00';
        CREATE VIEW public.days AS SELECT day, bytes FROM public.texts WHERE day > '2020-02-03' AND path <> 'e\f';
        """;

    [Fact]
    public async Task What_is_exported_does_not_depend_on_the_settings_of_role_or_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Expressions);
        var expected = await SchemaExport.RunAsync(database.Settings, new());

        foreach (
            var (name, value) in new[]
            {
                ("TimeZone", "'America/New_York'"),
                ("DateStyle", "'SQL, DMY'"),
                ("IntervalStyle", "sql_standard"),
                ("bytea_output", "escape"),
                ("extra_float_digits", "-8"),
                ("quote_all_identifiers", "on"),
                ("standard_conforming_strings", "off"),
            }
        )
        {
            await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET {name} = {value}");
            Assert.Equal((name, expected.ToJson()), (name, (await SchemaExport.RunAsync(database.Settings, new())).ToJson()));
        }
    }

    [Theory]
    [InlineData("oders", null)]
    [InlineData("public.orders,public.typo", null)]
    [InlineData(null, "publik")]
    [InlineData(null, "public,publik")]
    [InlineData("public.mued_schema_history", null)]
    public async Task A_scope_that_names_nothing_is_an_error(string? tables, string? schemas)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE public.orders (id int); CREATE TABLE public.mued_schema_history (id int)");

        var error = await Assert.ThrowsAsync<MuedException>(() =>
            SchemaExport.RunAsync(database.Settings, new() { Tables = tables?.Split(',') ?? [], Schemas = schemas?.Split(',') ?? [] })
        );

        Assert.Equal(("ScopeNotFound", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains((tables ?? schemas)!.Split(',')[^1], error.Message, StringComparison.Ordinal);
    }

    private const string Choices = """
        CREATE DOMAIN public.choice AS varchar(5) DEFAULT 'a' CONSTRAINT choice_check CHECK (VALUE IN ('a', 'b'));
        CREATE TABLE public.k (v varchar(5), w text DEFAULT 'x', CONSTRAINT k_check CHECK (v IN ('a', 'b')));
        CREATE INDEX k_v ON public.k (v) WHERE v IN ('a', 'b'); CREATE VIEW public.kv AS SELECT v FROM public.k WHERE v IN ('a', 'b');
        CREATE POLICY p ON public.k USING (v IN ('a', 'b'));
        """;

    /// <summary>Makes everything again from what the server prints, as a dump and its restore do.</summary>
    private const string Restore = """
        DO $$
        DECLARE c text := pg_get_constraintdef((SELECT oid FROM pg_constraint WHERE conname = 'k_check'));
            d text := pg_get_constraintdef((SELECT oid FROM pg_constraint WHERE conname = 'choice_check'));
            i text := pg_get_indexdef('public.k_v'::regclass); v text := pg_get_viewdef('public.kv'::regclass);
            q text := (SELECT qual FROM pg_policies WHERE policyname = 'p');
        BEGIN
            DROP VIEW public.kv; DROP INDEX public.k_v; DROP POLICY p ON public.k; ALTER TABLE public.k DROP CONSTRAINT k_check;
            ALTER DOMAIN public.choice DROP CONSTRAINT choice_check;
            EXECUTE 'ALTER TABLE public.k ADD CONSTRAINT k_check ' || c; EXECUTE i; EXECUTE 'CREATE VIEW public.kv AS ' || v;
            EXECUTE 'CREATE POLICY p ON public.k USING (' || q || ')'; EXECUTE 'ALTER DOMAIN public.choice ADD CONSTRAINT choice_check ' || d;
        END
        $$
        """;

    [Fact]
    public async Task A_restored_schema_is_the_same_though_it_prints_otherwise()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Choices);
        var expected = await SchemaExport.RunAsync(database.Settings, new());
        await database.ExecuteAsync(Restore);
        await using var connection = await database.OpenAsync();

        var texts = SchemaComparer.Compare(expected, await SchemaExport.RunAsync(database.Settings, new()), strict: true);
        Assert.Equal(
            ["check constraint", "domain", "index", "policy", "view"],
            texts.Where(check => check.Failed).Select(check => check.Kind).Order(StringComparer.Ordinal)
        );
        Assert.Equal([], await FailuresAsync(connection, expected));

        // What cannot be proven fails, and says so.
        await ExecuteAsync(connection, "SET default_transaction_read_only = on");
        var report = await SchemaTest.RunAsync(connection, expected, new(), default);
        Assert.Equal(5, report.Failed);
        Assert.All(report.Checks.Where(check => check.Failed), check => Assert.Contains("25006", check.Advice, StringComparison.Ordinal));
        await ExecuteAsync(connection, "SET default_transaction_read_only = off");

        foreach (
            var (sql, told) in new[]
            {
                (
                    "ALTER TABLE public.k DROP CONSTRAINT k_check, ADD CONSTRAINT k_check CHECK (v IN ('a', 'c'))",
                    "check constraint public.k.k_check"
                ),
                (
                    "ALTER TABLE public.k DROP CONSTRAINT k_check, ADD CONSTRAINT k_check CHECK (v IN ('a', 'b')) NO INHERIT",
                    "check constraint public.k.k_check"
                ),
                ("DROP INDEX public.k_v; CREATE INDEX k_v ON public.k (v DESC) WHERE v IN ('a', 'b')", "index public.k_v"),
                ("DROP INDEX public.k_v; CREATE INDEX k_v ON public.k (v) WHERE v IN ('a')", "index public.k_v"),
                ("CREATE OR REPLACE VIEW public.kv AS SELECT v FROM public.k WHERE v IN ('b', 'a')", "view public.kv"),
                ("ALTER POLICY p ON public.k USING (v IN ('a')) WITH CHECK (true)", "policy public.k.p"),
                ("ALTER TABLE public.k ALTER w SET DEFAULT 'y'", "column public.k.w"),
                (
                    "ALTER DOMAIN public.choice DROP CONSTRAINT choice_check; ALTER DOMAIN public.choice ADD CONSTRAINT choice_check CHECK (VALUE IN ('a'))",
                    "domain public.choice"
                ),
                ("ALTER DOMAIN public.choice SET DEFAULT 'b'", "domain public.choice"),
            }
        )
        {
            await ExecuteAsync(connection, "BEGIN");
            await ExecuteAsync(connection, sql);
            Assert.Equal((sql, told), (sql, Assert.Single(await FailuresAsync(connection, expected))));
            await ExecuteAsync(connection, "ROLLBACK");
        }
    }

    private static async Task<List<string>> FailuresAsync(NpgsqlConnection connection, SchemaSnapshot expected)
    {
        var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
        return [.. report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}")];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
