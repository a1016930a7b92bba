using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>node-pg-migrate: a row a file, without its ending.</summary>
internal sealed class NodePgMigrateTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "node-pg-migrate";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.NodePgMigrate];

    /// <inheritdoc/>
    public override string Table => "pgmigrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["name", "run_on"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT name::text, 'Applied', run_on::timestamptz, NULL::text, NULL::text FROM {table}
            """;

    /// <inheritdoc/>
    public override object? KeyOf(MigrationFile file) => Path.GetFileNameWithoutExtension(file.Path);

    /// <inheritdoc/>
    public override IEnumerable<object> KeysOf(ForeignEntry entry) => [entry.Key];
}
