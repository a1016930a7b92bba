using Mued.PsDb.Safety;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Tests.Safety;

/// <summary>What the rules say, on empty tables whose sizes are known from elsewhere.</summary>
public class SafetyRuleTests
{
    private static readonly Dictionary<ObjectName, RelationSize> Sizes = new()
    {
        [new("public", "big")] = new(500_000, 40_000_000),
        [new("public", "big2")] = new(500_000, 20_000_000),
        [new("public", "nokey")] = new(500_000, 20_000_000),
        [new("public", "parted")] = new(500_000, 20_000_000),
        [new("public", "parted_1")] = new(500_000, 20_000_000),
        [new("public", "parted_2")] = new(null, 0),
        [new("public", "apart")] = new(500_000, 20_000_000),
        [new("public", "small")] = new(100, 8192),
        [new("public", "parent")] = new(100, 8192),
        [new("public", "empty")] = new(null, 0),
        [new("public", "sums")] = new(1, 8192),
        [new("public", "few")] = new(1, 8192),
    };

    [Theory, Major(14), Major(18)]
    public async Task Each_hazard_is_found_and_what_looks_like_it_is_not(int major)
    {
        await using var database = await TestDatabase.CreateAsync(await TestServer.ForMajorAsync(major));
        var wrong = new List<string>();
        foreach (var item in SafetyCase.All.Where((_, i) => major == 18 || Soak.Enabled || i % 5 == 0))
        {
            await database.ExecuteAsync(
                "DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + SafetyCase.Tables
            );
            var (findings, error) = await TestAsync(database, Sizes, item);
            var found = string.Join(' ', Rules(findings));
            if (found != item.Rules || error is not null)
                wrong.Add($"{item.Name}: expected '{item.Rules}', found '{found}' {error?.Message}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task What_other_tools_call_dangerous_is_found_and_what_they_recommend_passes()
    {
        await using var database = await TestDatabase.CreateAsync();
        var wrong = new List<string>();
        foreach (var example in PeerExample.All)
        {
            if (
                await FoundAsync(example.Rule, [example.Dangerous]) is var found
                && (example.Rule.Length == 0 ? found.Length > 0 : !found.Contains(example.Rule))
            )
                wrong.Add($"{example.Peer}: expected '{example.Rule}', found '{string.Join(' ', found)}'");
            if (example.Recommended.Count > 0 && (await FoundAsync(example.Rule, example.Recommended)).Contains(example.Rule))
                wrong.Add($"{example.Peer}: the recommended form is found");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        // A rule that is a note is one.
        async Task<string[]> FoundAsync(string rule, IReadOnlyList<string> files)
        {
            await database.ExecuteAsync(
                "DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + SafetyCase.Tables
            );
            var (findings, error) = await TestAsync(database, Sizes, new("", "", files));
            return error is null
                ?
                [
                    .. findings
                        .Where(finding => finding.Severity != FindingSeverity.Note || finding.Rule == rule)
                        .Select(finding => finding.Rule),
                ]
                : [$"{error.Message}"];
        }
    }

    /// <summary>The rules whose findings are more than notes.</summary>
    internal static IEnumerable<string> Rules(IEnumerable<SafetyFinding> findings) =>
        findings
            .Where(finding => finding.Severity != FindingSeverity.Note)
            .Select(finding => finding.Rule)
            .Distinct()
            .Order(StringComparer.Ordinal);

    /// <summary>Traces a case on a database.</summary>
    internal static async Task<(IReadOnlyList<SafetyFinding> Findings, MuedError? Error)> TestAsync(
        TestDatabase database,
        IReadOnlyDictionary<ObjectName, RelationSize> sizes,
        SafetyCase item
    )
    {
        using var set = new MigrationSet([.. item.Files.Select((sql, i) => ($"{i + 1:0000}_case.sql", sql))]);
        var input = TestInput.Read(new() { Migrations = set.Options }, []);
        var run = new SandboxRun(database.Settings, sizes, new(10_000), null);
        var error = await run.RunAsync(input, CancellationToken.None);
        return (run.Findings, error);
    }
}
