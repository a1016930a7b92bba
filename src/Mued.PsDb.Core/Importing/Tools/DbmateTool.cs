namespace Mued.PsDb.Importing;

/// <summary>dbmate: a row a version.</summary>
internal sealed class DbmateTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "dbmate";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Dbmate];

    /// <inheritdoc/>
    public override string Table => "schema_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["version"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT version::text, 'Applied', NULL::timestamptz, NULL::text, NULL::text FROM {table}
            """;
}
