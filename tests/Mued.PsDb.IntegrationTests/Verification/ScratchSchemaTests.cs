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

    /// <summary>Offline nothing reaches the target's server; on it, what reached beyond the scratch database is told and taken back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_migration_makes_outside_its_database_is_gone_afterwards(bool scratchDatabase)
    {
        var folder = Directory.CreateTempSubdirectory();
        var (role, other) = ("mued_r" + Guid.NewGuid().ToString("N")[..8], "mued_o" + Guid.NewGuid().ToString("N")[..8]);
        await using var database = await TestDatabase.CreateAsync();
        try
        {
            await database.ExecuteAsync($"CREATE TABLE public.t (id integer); CREATE ROLE {other} SUPERUSER");
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "0001_a.sql"),
                $"""
                CREATE ROLE {role} LOGIN; CREATE TABLE public.t (id integer); GRANT SELECT ON public.t TO {role}; ALTER ROLE {role} SET work_mem = '5MB';
                """
                    + (
                        scratchDatabase
                            ? $"GRANT {other} TO {role}; ALTER ROLE {other} SET work_mem = '6MB'; ALTER ROLE {other} CREATEDB;"
                            : ""
                    )
            );
            var before = await ClusterAsync(database);
            var progress = new RecordedProgress();
            for (var run = 0; run < 2; run++)
            {
                var report = await SchemaTest.RunAsync(
                    Settings(database),
                    new() { Path = folder.FullName, ScratchDatabase = scratchDatabase },
                    progress
                );
                Assert.True(report.Passed);
                Assert.Equal(before, await ClusterAsync(database));
            }

            var warnings = progress.Reports.Where(report => report.Kind == ProgressKind.Warning).Select(report => report.Message).ToList();
            Assert.Equal(scratchDatabase ? 2 : 0, warnings.Count);
            Assert.All(warnings, warning => Assert.Contains("CREATE ROLE (0001_a)", warning, StringComparison.Ordinal));
        }
        finally
        {
            await database.ExecuteAsync($"DROP ROLE IF EXISTS {role}, {other}");
            folder.Delete(recursive: true);
        }
    }

    private static Task<IReadOnlyList<string>> ClusterAsync(TestDatabase database) =>
        database.ColumnAsync<string>(
            """
            SELECT row(r.rolname, r.rolsuper, r.rolcreatedb, r.rolcanlogin, s.setconfig, m.roleid)::text FROM pg_roles AS r
            LEFT JOIN pg_db_role_setting AS s ON s.setrole = r.oid LEFT JOIN pg_auth_members AS m ON m.member = r.oid
            WHERE r.rolname LIKE 'mued\_r%' OR r.rolname LIKE 'mued\_o%' ORDER BY 1
            """
        );

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
