namespace Mued.PsDb.Importing;

/// <summary>goose: a row a step; the newest of a version says whether it is applied. Version 0 is its own.</summary>
internal sealed class GooseTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "goose";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Goose];

    /// <inheritdoc/>
    public override string Table => "goose_db_version";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["version_id", "is_applied", "tstamp"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT version_id::text, 'Applied', tstamp::timestamptz, NULL::text, NULL::text
            FROM (SELECT DISTINCT ON (version_id) version_id, is_applied, tstamp FROM {table} ORDER BY version_id, id DESC) AS newest
            WHERE is_applied AND version_id > 0
            """;
}
