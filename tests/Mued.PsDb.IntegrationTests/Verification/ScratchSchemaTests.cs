namespace Mued.PsDb.Tests;

public sealed class ScratchSchemaTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Migrations_are_an_expectation_without_any_file(bool scratchDatabase)
    {
        await using var database = await Phase2Database.CreateAsync();
        var options = new SchemaTestOptions
        {
            Path = Repository.PathOf("sql/migrations"),
            ScratchDatabase = scratchDatabase,
            Strict = true,
        };

        var report = await SchemaTest.RunAsync(Settings(database), options);

        Assert.All(report.Checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal(68, report.Checks.Count(check => check.Kind == "column"));
        Assert.DoesNotContain(report.Checks, check => check.Name.Contains("users", StringComparison.Ordinal) && check.Kind == "table");
        Assert.DoesNotContain(
            report.Checks,
            check =>
                check.Name.Contains("history", StringComparison.Ordinal) && !check.Name.Contains("rag_metrics", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_differs_from_the_migrations_is_found_and_the_scratch_database_is_gone()
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync("ALTER TABLE public.provenance ALTER COLUMN verification_status TYPE varchar(60)");

        var report = await SchemaTest.RunAsync(
            Settings(database),
            new() { Path = Repository.PathOf("sql/migrations"), ScratchDatabase = true }
        );

        var check = Assert.Single(report.Checks, check => check.Status != CheckStatus.Passed);
        Assert.Equal(
            ("column", "public.provenance.verification_status", "character varying(50)", "character varying(60)"),
            (check.Kind, check.Name, check.Expected, check.Actual)
        );
        Assert.Empty(await database.ColumnAsync<string>("SELECT datname::text FROM pg_database WHERE datname LIKE 'mued\\_scratch\\_%'"));
    }

    [Theory]
    [InlineData("DROP EXTENSION pgcrypto", "extension pgcrypto")]
    [InlineData("DROP COLLATION app.c", "collation app.c")]
    [InlineData("DROP PUBLICATION p", "publication p")]
    [InlineData("DROP OPERATOR app.=== (integer, integer)", "operator app.=== (integer, integer)")]
    [InlineData("DROP SCHEMA app CASCADE", "schema app")]
    public async Task What_migrations_make_of_any_kind_is_expected_and_nothing_besides(string sql, string told)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            const string migration = """
                CREATE SCHEMA app; CREATE TABLE app.t (id integer); CREATE EXTENSION pgcrypto; CREATE COLLATION app.c (provider = libc, locale = 'C');
                CREATE PUBLICATION p FOR TABLE app.t; CREATE OPERATOR app.=== (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);
                """;
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "0001_app.sql"), migration);
            await using var database = await TestDatabase.CreateAsync();
            await database.ExecuteAsync(migration);
            await database.ExecuteAsync(
                "CREATE PUBLICATION other; CREATE COLLATION app.d FROM app.c; CREATE SCHEMA other; CREATE TABLE app.x ()"
            );
            var options = new SchemaTestOptions
            {
                Path = folder.FullName,
                ScratchDatabase = true,
                Strict = true,
            };
            Assert.Equal(
                [],
                (await SchemaTest.RunAsync(Settings(database), options)).Checks.Where(check => check.Status != CheckStatus.Passed)
            );
            await database.ExecuteAsync(sql);

            var report = await SchemaTest.RunAsync(Settings(database), options);

            Assert.Contains(told, report.Checks.Where(check => check.Failed).Select(check => $"{check.Kind} {check.Name}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Two_expectations_or_a_scratch_database_for_none_are_usage_errors()
    {
        var settings = ConnectionSettings.Resolve(new() { Connection = "postgresql://u@127.0.0.1:1/d" });

        var two = await Assert.ThrowsAsync<MuedException>(() => SchemaTest.RunAsync(settings, new() { Path = "x", SchemaFile = "y" }));
        var none = await Assert.ThrowsAsync<MuedException>(() => SchemaTest.RunAsync(settings, new() { ScratchDatabase = true }));

        Assert.Equal(("TwoExpectations", ExitCode.Usage), (two.ErrorId, two.ExitCode));
        Assert.Equal(("ScratchWithoutPath", ExitCode.Usage), (none.ErrorId, none.ExitCode));
    }

    private static ConnectionSettings Settings(TestDatabase database) => ConnectionSettings.Resolve(new() { Connection = database.Url });
}
