using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>Evolve: a row a step, of type 0 for a migration and 4 for a repeatable one.</summary>
internal sealed class EvolveTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "Evolve";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Flyway];

    /// <inheritdoc/>
    public override string Table => "changelog";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["type", "version", "name", "installed_on", "success"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT coalesce(version, name)::text, CASE WHEN success THEN 'Applied' ELSE 'Failed' END,
                installed_on::timestamptz, installed_by::text, NULL::text
            FROM (SELECT DISTINCT ON (coalesce(version, name)) * FROM {table} WHERE type IN (0, 4) ORDER BY coalesce(version, name), id DESC) AS newest
            """;

    /// <inheritdoc/>
    public override bool IsOf(ForeignEntry entry, MigrationFile file) =>
        file.Repeatable ? Path.GetFileName(entry.Key) == Path.GetFileName(file.Path) : base.IsOf(entry, file);
}
