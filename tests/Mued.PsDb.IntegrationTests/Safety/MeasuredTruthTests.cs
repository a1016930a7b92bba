using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests.Safety;

/// <summary>
/// Whether the rules about waiting say the truth, which is measured: with readers and writers at work on tables of two sizes, does somebody
/// wait for a time that grows with the size?
/// </summary>
public class MeasuredTruthTests(ITestOutputHelper output)
{
    private static readonly int Rows = Soak.Count(60_000, 500_000);
    private static readonly int FewRows = Rows / 20;

    // Shorter waits are those for a commit.
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(10);

    // What a crowded machine does not make of a commit.
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(300);

    [Theory, Major(14), Major(18)]
    public async Task The_rules_say_what_the_clients_of_a_table_at_work_feel(int major)
    {
        var server = await TestServer.ForMajorAsync(major);
        await using var large = await FillAsync(server, Rows);
        await using var little = await FillAsync(server, FewRows);
        await using var empty = await TestDatabase.CreateAsync(server);
        await empty.ExecuteAsync(SafetyCase.Tables);
        var sizes = await SizesAsync(large);
        var (found, missed, alarms) = (0, new List<string>(), new List<string>());
        foreach (var item in Cases(major))
        {
            await using var sandbox = await TestDatabase.CopyAsync(empty);
            var (findings, error) = await SafetyRuleTests.TestAsync(sandbox, sizes, item);
            Assert.Null(error);
            var says = findings.Any(SafetyCase.SaysSo);
            var (grows, waits) = await GrowsAsync(little, large, item);
            output.WriteLine($"{(says == grows ? "" : "WRONG"), -6}{(says ? "found" : ""), -6}{item.Name}: {waits}");
            if (says && grows)
                found++;
            else if (grows)
                missed.Add($"{item.Name}: {waits}");
            else if (says)
                alarms.Add($"{item.Name}: {waits}");
        }

        output.WriteLine($"PostgreSQL {major}: {found} found, {missed.Count} missed, {alarms.Count} wrong alarms");
        Assert.True(missed.Count + alarms.Count == 0, string.Join('\n', ["missed:", .. missed, "wrong alarms:", .. alarms]));
    }

    // A sample is one hazard and one look-alike of some kinds.
    private static IEnumerable<SafetyCase> Cases(int major) =>
        Soak.Enabled
            ? SafetyCase.All
            : SafetyCase.All.Where(item =>
                item.Name is "int to bigint" or "check in two steps" or "index" or "index concurrently"
                && (major == 18 || item.Name.StartsWith("index", StringComparison.Ordinal))
            );

    /// <summary>
    /// Measures until one answer leads by three, since a crowded machine draws out a commit, or keeps a client from coming in time. What is
    /// clear counts twice: that nobody waited at all, and that the wait was long.
    /// </summary>
    private static async Task<(bool Grows, string Waits)> GrowsAsync(TestDatabase little, TestDatabase large, SafetyCase item)
    {
        var (lead, waits) = (0, new List<string>());
        while (Math.Abs(lead) < 3)
        {
            var (wait, took) = await LongestWaitAsync(large, item);
            var (briefer, _) = wait > Brief ? await LongestWaitAsync(little, item) : default;

            // A wait for the work on the table is a good part of the run, one for its commit is not.
            var grew = wait > Brief && wait > 3 * briefer && wait > took / 5;
            lead +=
                wait == TimeSpan.Zero ? -2
                : !grew ? -1
                : wait > Long ? 2
                : 1;
            waits.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{briefer.TotalMilliseconds:0} -> {wait.TotalMilliseconds:0} of {took.TotalMilliseconds:0} ms"
                )
            );
        }

        return (lead > 0, string.Join(", ", waits));
    }

    private static async Task<(TimeSpan Wait, TimeSpan Took)> LongestWaitAsync(TestDatabase original, SafetyCase item)
    {
        await using var database = await TestDatabase.CopyAsync(original);
        using var set = new MigrationSet([.. item.Files.Select((sql, i) => ($"{i + 1:0000}_case.sql", sql))]);
        await using var traffic = await TableTraffic.StartAsync(database);
        var clock = Stopwatch.StartNew();
        var report = await MigrationRunner.RunAsync(
            database.Settings,
            set.Options with
            {
                LockTimeout = TimeSpan.FromSeconds(30),
                MaxBlocking = TimeSpan.Zero,
            }
        );
        var took = clock.Elapsed;
        Assert.True(report.Error is null, $"{item.Name}: {report.Error}");
        return (await traffic.EndAsync(), took);
    }

    private static async Task<TestDatabase> FillAsync(TestServer server, int rows)
    {
        var database = await TestDatabase.CreateAsync(server);
        await database.ExecuteAsync(
            SafetyCase.Tables
                + TableTraffic.Setup(FewRows)
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    INSERT INTO parent SELECT g FROM generate_series(1, 100) AS g;
                    INSERT INTO small SELECT g, g, g, 'mail' || g FROM generate_series(1, 100) AS g;
                    INSERT INTO big SELECT g, g, g, 'mail' || g, 'note', 1 + g % 100, now() FROM generate_series(1, {rows}) AS g;
                    INSERT INTO big2 SELECT g, g FROM generate_series(1, {rows}) AS g;
                    INSERT INTO nokey SELECT g, g FROM generate_series(1, {rows}) AS g;
                    INSERT INTO parted SELECT g, g FROM generate_series(1, {rows}) AS g;
                    INSERT INTO apart SELECT g, g FROM generate_series(1000000, {1_000_000 + rows - 1}) AS g;
                    REFRESH MATERIALIZED VIEW sums;
                    REFRESH MATERIALIZED VIEW few;
                    """
                )
        );
        await database.ExecuteAsync("VACUUM ANALYZE");
        return database;
    }

    private static async Task<IReadOnlyDictionary<ObjectName, RelationSize>> SizesAsync(TestDatabase database)
    {
        await using var connection = await database.OpenAsync();
        return await SizeReader.ReadAsync(connection, [], CancellationToken.None);
    }
}
