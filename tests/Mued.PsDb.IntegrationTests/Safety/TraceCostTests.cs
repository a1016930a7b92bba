using Mued.PsDb.Safety;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Tests.Safety;

/// <summary>What looking at each statement costs in round trips, counted at the proxy.</summary>
public class TraceCostTests
{
    private const int Few = 4;
    private const int Many = 12;

    /// <summary>Statements of a kind, and whether the database itself is looked at.</summary>
    public static TheoryData<string, bool> Kinds =>
        new()
        {
            { "ALTER TABLE small ADD COLUMN x{0} int;", false },
            { "CREATE INDEX CONCURRENTLY i{0} ON small (n);", false },
            { "ALTER TABLE small ADD COLUMN x{0} int;", true },
        };

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_statement_costs_at_most_two_round_trips(string statement, bool onTarget)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(SafetyCase.Tables);
        await using var proxy = FaultProxy.Start(database.Url);
        var settings = TestConnection.SettingsFor(proxy.Url);
        var (few, many) = (await CountAsync(0, Few), await CountAsync(Few, Many));
        Assert.InRange(many - few, 0, 2 * (Many - Few));

        async Task<int> CountAsync(int first, int count)
        {
            using var set = new MigrationSet(
                (
                    "0001_many.sql",
                    string.Join(
                        '\n',
                        Enumerable.Range(first, count).Select(i => statement.Replace("{0}", $"{i}", StringComparison.Ordinal))
                    )
                )
            );
            var options = new MigrationTestOptions { Migrations = set.Options, OnTarget = onTarget };
            proxy.ResetCounts();
            if (onTarget)
            {
                Assert.Equal(count, Assert.Single((await MigrationTest.RunAsync(settings, options)).Migrations).Statements.Count);
                return proxy.RoundTrips;
            }

            var run = new SandboxRun(settings, new Dictionary<ObjectName, RelationSize>(), new(options.SmallTable), null);
            Assert.Null(await run.RunAsync(TestInput.Read(options, []), CancellationToken.None));
            Assert.Equal(count, Assert.Single(run.Traces).Statements.Count);
            return proxy.RoundTrips;
        }
    }
}
