using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>A database with every kind of object, made again and changed, on every version of the server.</summary>
public sealed class EveryKindTests(ITestOutputHelper output)
{
    [Theory]
    [Major(14, Dumped = true), Major(15, Dumped = true), Major(16, Dumped = true), Major(17, Dumped = true), Major(18, Dumped = true)]
    public async Task A_restored_database_differs_in_nothing(int major)
    {
        var server = await TestServer.ForMajorAsync(major);
        await using var database = await TestDatabase.CreateAsync(server);
        await database.ExecuteAsync(EveryKind.Sql(major));
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        Assert.DoesNotContain("canary", expected.ToJson(), StringComparison.Ordinal);
        await using var restored = await TestDatabase.CreateAsync(server);
        await using var connection = await restored.OpenAsync();
        await PgDump.RestoreAsync(database, restored);

        var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);

        output.WriteLine($"PostgreSQL {major}, made again by pg_dump: {report.Checks.Count} checks");
        Assert.Equal(
            [],
            report
                .Checks.Where(check => check.Status != CheckStatus.Passed)
                .Select(check => $"{check.Kind} {check.Name}: {check.Expected} / {check.Actual}")
        );
    }

    [Theory, Major(14), Major(15), Major(16), Major(17), Major(18)]
    public async Task Every_change_is_told_by_exactly_the_right_check(int major)
    {
        await using var database = await TestDatabase.CreateAsync(await TestServer.ForMajorAsync(major));
        await database.ExecuteAsync(EveryKind.Sql(major));
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET app.jwt_secret = 'canary'");
        var expected = await SchemaExport.RunAsync(database.Settings, new() { WholeDatabase = true });
        Assert.DoesNotContain("canary", expected.ToJson(), StringComparison.Ordinal);
        await using var connection = await database.OpenAsync();
        Assert.Equal([], (await FindingsAsync(connection, expected)).Select(check => $"{check.Kind} {check.Name}"));

        var user = await database.ScalarAsync<string>("SELECT quote_ident(current_user)");
        var tally = new SortedDictionary<string, (int Made, int Found, int Wrong)>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var change in EveryKind.Changes(major, Soak.Enabled))
        {
            var sql = change.Sql.Replace("{database}", database.Name, StringComparison.Ordinal);
            var name = change.Name.Replace("{user}", user, StringComparison.Ordinal);
            await ExecuteAsync(connection, "BEGIN");
            try
            {
                await ExecuteAsync(connection, sql);
                var findings = await FindingsAsync(connection, expected);
                var also = change.Also.Split(',');
                var found = findings.Any(check => check.Failed && (check.Kind, check.Name) == (change.Kind, name));
                var wrong = findings
                    .Where(check => check.Failed && (check.Kind, check.Name) != (change.Kind, name) && !also.Contains(check.Kind))
                    .Select(check => $"{check.Kind} {check.Name}")
                    .ToList();
                var (made, hits, alarms) = tally.GetValueOrDefault(change.Kind);
                tally[change.Kind] = (made + 1, hits + (found ? 1 : 0), alarms + wrong.Count);
                if (!found)
                    problems.Add($"{sql}: not told: {change.Kind} {name}");
                if (wrong.Count > 0)
                    problems.Add($"{sql}: told wrongly: {string.Join("; ", wrong)}");
                problems.AddRange((await NotMendedAsync(connection, expected, findings)).Select(left => $"{sql}: {left}"));
            }
            catch (PostgresException e)
            {
                problems.Add($"{sql}: {e.MessageText}");
            }

            await ExecuteAsync(connection, "ROLLBACK");
        }

        foreach (var problem in problems)
            output.WriteLine(problem);
        foreach (var (kind, (made, found, wrong)) in tally)
            output.WriteLine($"{kind}: {made} made, {found} found, {wrong} wrong alarms");
        var all = tally.Values;
        output.WriteLine(
            $"PostgreSQL {major}: {all.Sum(t => t.Made)} made, {all.Sum(t => t.Found)} found, {all.Sum(t => t.Wrong)} wrong alarms"
        );
        Assert.Equal([], problems);
    }

    private static async Task<List<SchemaCheck>> FindingsAsync(NpgsqlConnection connection, SchemaSnapshot expected)
    {
        var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
        return [.. report.Checks.Where(check => check.Status != CheckStatus.Passed)];
    }

    /// <summary>A statement that is suggested runs, and ends the difference.</summary>
    private static async Task<IEnumerable<string>> NotMendedAsync(
        NpgsqlConnection connection,
        SchemaSnapshot expected,
        List<SchemaCheck> findings
    )
    {
        var suggestions = findings.Where(check => check.SuggestedSql is not null).ToList();
        if (suggestions.Count == 0)
            return [];
        // In a transaction only the plain form of REINDEX runs.
        foreach (var check in suggestions)
            await ExecuteAsync(connection, check.SuggestedSql!.Replace(" CONCURRENTLY", "", StringComparison.Ordinal));
        var left = (await FindingsAsync(connection, expected))
            .Where(check => check.Failed)
            .Select(check => (check.Kind, check.Name))
            .ToHashSet();
        return suggestions.Where(check => left.Contains((check.Kind, check.Name))).Select(check => $"not mended by {check.SuggestedSql}");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
