namespace Mued.PsDb.Tests;

/// <summary>Phase 2 made by the files of sql/ as they stand, without the engine.</summary>
internal static class Phase2Database
{
    /// <summary>The expected schema of the repository.</summary>
    public static string ExpectedFile => Repository.PathOf("sql/schema/phase2.json");

    /// <summary>A database with the base tables and all of Phase 2.</summary>
    public static async Task<TestDatabase> CreateAsync(TestServer? server = null)
    {
        var database = await TestDatabase.CreatePhase2BaseAsync(server);
        foreach (var file in Directory.GetFiles(Repository.PathOf("sql/migrations"), "0*.sql").Order(StringComparer.Ordinal))
        {
            await database.ExecuteAsync(await File.ReadAllTextAsync(file));
        }

        return database;
    }
}
