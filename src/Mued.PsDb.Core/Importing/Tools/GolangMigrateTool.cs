namespace Mued.PsDb.Importing;

/// <summary>golang-migrate: one row, the version that the database is at, and whether the last step failed (dirty).</summary>
internal sealed class GolangMigrateTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "golang-migrate";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Pairs];

    /// <inheritdoc/>
    public override string Table => "schema_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["version", "dirty"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT version::text, CASE WHEN dirty THEN 'Failed' ELSE 'Below' END, NULL::timestamptz, NULL::text, NULL::text FROM {table}
            """;
}
