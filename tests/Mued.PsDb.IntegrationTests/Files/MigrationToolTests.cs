namespace Mued.PsDb.Tests;

/// <summary>A folder and a database come from another tool, which itself has made what is there.</summary>
public class MigrationToolTests
{
    [Theory]
    [MemberData(nameof(MigrationTool.All), MemberType = typeof(MigrationTool))]
    public async Task The_history_that_a_tool_itself_has_made_is_taken_over(string tool, MigrationLayout layout)
    {
        await using var scene = new ImportScene(await TestDatabase.CreateAsync(), new MigrationSet(), layout);
        scene.Write(1, 2);
        await MigrationTool.ApplyAsync(tool, scene.Database, scene.Set);
        scene.Write(3);
        await scene.TakeOverAsync(tool);
    }
}
