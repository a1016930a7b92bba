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
}
