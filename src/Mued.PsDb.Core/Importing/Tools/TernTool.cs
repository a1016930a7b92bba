namespace Mued.PsDb.Importing;

/// <summary>tern: one row, the version that the database is at.</summary>
internal sealed class TernTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "tern";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Tern];

    /// <inheritdoc/>
    public override string Table => "schema_version";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["version"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT version::text, 'Below', NULL::timestamptz, NULL::text, NULL::text FROM {table} WHERE version > 0
            """;
}
