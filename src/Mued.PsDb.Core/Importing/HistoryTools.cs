namespace Mued.PsDb.Importing;

/// <summary>The tools whose history can be taken over.</summary>
internal static class HistoryTools
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<HistoryTool> All { get; } =
    [
        new GolangMigrateTool(),
        new DbmateTool(),
        new SqlxTool(),
        new GooseTool(),
        new SqlMigrateTool(),
        new NodePgMigrateTool(),
        new FlywayTool(),
        new EvolveTool(),
        new PrismaTool(),
        new DrizzleTool(),
        new DieselTool(),
        new SupabaseTool(),
        new TernTool(),
    ];

    /// <summary>The names that their tables have.</summary>
    public static IReadOnlyList<string> Tables { get; } = [.. All.Select(tool => tool.Table).Distinct()];
}
