using Mued.PsDb.Schema;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

public sealed class MutationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_mutation_is_reported_by_exactly_the_right_checks()
    {
        var expected = SnapshotFile.Load(Phase2Database.ExpectedFile);
        await using var database = await Phase2Database.CreateAsync();
        await using var connection = await database.OpenAsync();
        var checks = SchemaComparer.Compare(
            expected,
            await SchemaReader.ReadAsync(connection, SchemaQuery.For(expected), default),
            strict: true
        );

        var all = new Mutator(expected).All().ToList();
        var mutations = Soak.Enabled ? all : Sample(all);
        var problems = new List<string>();
        int detected = 0,
            alarms = 0,
            suggested = 0;
        foreach (var mutation in mutations)
        {
            await ExecuteAsync(connection, "BEGIN");
            if (await ErrorOfAsync(connection, mutation.Sql) is { } refused)
                problems.Add($"{mutation.Name}: cannot be made: {refused}: {mutation.Sql}");
            var failures = await FailuresAsync(connection, expected);
            var found = failures.Select(Finding.Of).ToHashSet();
            var missed = mutation.Required.Where(finding => !found.Contains(finding)).ToList();
            var wrong = found.Except(mutation.Required).Where(finding => !mutation.Allowed.Contains((finding.Kind, finding.Name))).ToList();
            if (missed.Count == 0)
                detected++;
            alarms += wrong.Count;
            if (missed.Count + wrong.Count > 0)
                problems.Add($"{mutation.Name}: missed [{string.Join("; ", missed)}], wrong [{string.Join("; ", wrong)}]");

            var suggestions = failures.Where(check => check.SuggestedSql is not null).ToList();
            foreach (var failure in suggestions)
            {
                // In a transaction only the plain form of REINDEX runs.
                var sql = failure.SuggestedSql!.Replace(" CONCURRENTLY", "", StringComparison.Ordinal);
                if (await ErrorOfAsync(connection, sql) is { } error)
                    problems.Add($"{mutation.Name}: the suggestion fails: {error}: {sql}");
            }

            if (suggestions.Count > 0)
            {
                var left = (await FailuresAsync(connection, expected)).Select(check => (check.Kind, check.Name)).ToHashSet();
                problems.AddRange(
                    suggestions
                        .Where(check => left.Contains((check.Kind, check.Name)))
                        .Select(check => $"{mutation.Name}: the suggestion does not mend {check.Kind} {check.Name}: {check.SuggestedSql}")
                );
            }

            suggested += suggestions.Count;
            await ExecuteAsync(connection, "ROLLBACK");
        }

        var touched = mutations.SelectMany(mutation => mutation.Required).Select(finding => (finding.Kind, finding.Name)).ToHashSet();
        var untouched = checks
            .Where(check => !touched.Contains((check.Kind, check.Name)))
            .Select(check => $"{check.Kind} {check.Name}")
            .ToList();
        output.WriteLine(
            $"{checks.Count} expectations, {mutations.Count} mutations, {detected} detected ({100.0 * detected / mutations.Count:0.##} %), "
                + $"{alarms} wrong alarms, {suggested} suggestions that mend"
        );

        foreach (var problem in problems)
            output.WriteLine(problem);
        Assert.All(checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Empty(problems);
        Assert.Empty(untouched);
        Assert.True(mutations.Count >= 300);
    }

    /// <summary>At least one mutation of every expectation, and a third of the rest.</summary>
    private static List<Mutation> Sample(List<Mutation> all)
    {
        var touched = new HashSet<(string, string)>();
        return
        [
            .. all.Where(
                (mutation, index) =>
                    mutation.Required.Where(finding => touched.Add((finding.Kind, finding.Name))).ToList() is [_, ..] || index % 3 == 0
            ),
        ];
    }

    private static async Task<List<SchemaCheck>> FailuresAsync(NpgsqlConnection connection, SchemaSnapshot expected)
    {
        var report = await SchemaTest.RunAsync(connection, expected, new() { Strict = true }, default);
        return [.. report.Checks.Where(check => check.Status != CheckStatus.Passed)];
    }

    private static async Task<string?> ErrorOfAsync(NpgsqlConnection connection, string sql)
    {
        try
        {
            await ExecuteAsync(connection, "SAVEPOINT suggestion");
            await ExecuteAsync(connection, sql);
            return null;
        }
        catch (PostgresException e)
        {
            await ExecuteAsync(connection, "ROLLBACK TO suggestion");
            return e.MessageText;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
