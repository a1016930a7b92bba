using System.Security.Cryptography;

namespace Mued.PsDb.Tests;

/// <summary>A role without rights gets a failed check that names the privilege, never a pass.</summary>
public sealed class PrivilegeTests
{
    [Fact]
    public async Task Definitions_need_no_privilege_and_rows_fail_without_SELECT()
    {
        await using var database = await Phase2Database.CreateAsync();
        await using var role = await Role.CreateAsync(database);
        await database.ExecuteAsync($"GRANT USAGE ON SCHEMA public TO {role.Name}");

        var report = await role.TestAsync(includeData: true);

        Assert.False(report.Passed);
        Assert.All(report.Checks.Where(check => !NeedsRows(check)), check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.All(
            report.Checks.Where(NeedsRows),
            check =>
            {
                Assert.Equal(CheckStatus.Different, check.Status);
                Assert.True(check.Failed);
                Assert.Contains($"{role.Name} lacks SELECT on public.", check.Advice, StringComparison.Ordinal);
            }
        );
        Assert.Empty(report.Tables);
    }

    [Fact]
    public async Task Without_USAGE_on_the_schema_the_missing_privilege_is_USAGE()
    {
        await using var database = await Phase2Database.CreateAsync();
        await using var role = await Role.CreateAsync(database);
        await database.ExecuteAsync($"REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role.Name}");

        var report = await role.TestAsync(includeData: true);

        Assert.All(report.Checks.Where(check => !NeedsRows(check)), check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.All(
            report.Checks.Where(NeedsRows),
            check =>
            {
                Assert.True(check.Failed);
                Assert.Contains($"{role.Name} lacks USAGE on schema public", check.Advice, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public async Task Rows_behind_row_level_security_are_not_taken_for_absent()
    {
        await using var database = await Phase2Database.CreateAsync();
        await using var role = await Role.CreateAsync(database);
        await database.ExecuteAsync(
            $"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role.Name}; ALTER TABLE public.plugin_registry ENABLE ROW LEVEL SECURITY"
        );

        var seeds = (await role.TestAsync(includeData: false)).Checks.Where(check => check.Kind == "seed row").ToList();

        Assert.Equal(2, seeds.Count);
        Assert.All(
            seeds,
            check =>
            {
                Assert.Equal((CheckStatus.Different, true), (check.Status, check.Failed));
                Assert.Contains("BYPASSRLS", check.Advice, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public async Task SELECT_on_the_compared_columns_suffices_for_seed_rows()
    {
        await using var database = await Phase2Database.CreateAsync();
        await using var role = await Role.CreateAsync(database);
        await database.ExecuteAsync(
            $"GRANT SELECT (name, source, capabilities, version, enabled) ON public.plugin_registry TO {role.Name}"
        );

        Assert.True((await role.TestAsync(includeData: false)).Passed);
    }

    [Fact]
    public async Task Seed_rows_that_may_not_be_read_stop_an_export()
    {
        await using var database = await Phase2Database.CreateAsync();
        await using var role = await Role.CreateAsync(database);

        var error = await Assert.ThrowsAsync<MuedException>(() =>
            SchemaExport.RunAsync(role.Settings, new() { Template = Phase2Database.ExpectedFile })
        );

        Assert.Equal(("SeedUnreadable", "public.plugin_registry"), (error.ErrorId, error.TargetName));
        Assert.Contains("SELECT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_make_a_scratch_database_is_told_CREATEDB()
    {
        await using var database = await Phase2Database.CreateAsync();
        await using var role = await Role.CreateAsync(database);

        var error = await Assert.ThrowsAsync<MuedException>(() =>
            SchemaTest.RunAsync(role.Settings, new() { Path = Repository.PathOf("sql/migrations"), ScratchDatabase = true })
        );

        Assert.Equal("ScratchDatabaseDenied", error.ErrorId);
        Assert.Contains("CREATEDB", error.Advice, StringComparison.Ordinal);
    }

    private static bool NeedsRows(SchemaCheck check) =>
        check.Kind is "seed row" or "rows" or "orphans" or "reference" or "duplicates" or "range";

    private sealed class Role(TestDatabase database, string name, string password) : IAsyncDisposable
    {
        public string Name => name;

        public ConnectionSettings Settings { get; } =
            ConnectionSettings.Resolve(new() { Connection = database.Url.With(user: name, password: password) });

        public static async Task<Role> CreateAsync(TestDatabase database)
        {
            var name = "mued_role_" + RandomNumberGenerator.GetHexString(8, lowercase: true);
            var password = RandomNumberGenerator.GetHexString(16);
            await database.ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD '{password}'");
            return new(database, name, password);
        }

        public Task<SchemaReport> TestAsync(bool includeData) =>
            SchemaTest.RunAsync(Settings, new() { SchemaFile = Phase2Database.ExpectedFile, IncludeData = includeData });

        public async ValueTask DisposeAsync() => await database.ExecuteAsync($"DROP OWNED BY {name}; DROP ROLE {name}");
    }
}
