namespace Mued.PsDb.Tests;

/// <summary>What an undisturbed Phase 2 run leaves behind, for comparison.</summary>
internal sealed record CleanRun(IReadOnlyList<string> Catalog, IReadOnlyList<string> History)
{
    private const string HistorySql = """
        SELECT format('%s %s %s %s/%s finished=%s undone=%s', migration, version, kind, statements_done, statements,
            finished_at IS NOT NULL, undone_at IS NOT NULL)
        FROM mued_schema_history ORDER BY id
        """;

    private static readonly Lazy<Task<CleanRun>> Phase2 = new(async () =>
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var report = await MigrationRunner.RunAsync(database.Settings, MigrationSet.Phase2);
        Assert.Null(report.Error);
        return await ReadAsync(database);
    });

    /// <summary>Fails unless the database is as an undisturbed run leaves it.</summary>
    public static async Task AssertSameAsync(TestDatabase database, string circumstances)
    {
        var (clean, actual) = (await Phase2.Value, await ReadAsync(database));
        Assert.True(
            clean.Catalog.SequenceEqual(actual.Catalog),
            $"{circumstances}: the catalog differs: {Difference(clean.Catalog, actual.Catalog)}"
        );
        Assert.True(
            clean.History.SequenceEqual(actual.History),
            $"{circumstances}: the history differs: {Difference(clean.History, actual.History)}"
        );
    }

    private static async Task<CleanRun> ReadAsync(TestDatabase database) =>
        new(await CatalogText.ReadAsync(database), await database.ColumnAsync<string>(HistorySql));

    private static string Difference(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        $"missing [{string.Join(" | ", expected.Except(actual))}], unexpected [{string.Join(" | ", actual.Except(expected))}]";
}
