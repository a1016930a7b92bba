using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>sql-migrate of Go: a row a file.</summary>
internal sealed class SqlMigrateTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "sql-migrate";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.SqlMigrate];

    /// <inheritdoc/>
    public override string Table => "gorp_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["id", "applied_at"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT id::text, 'Applied', applied_at::timestamptz, NULL::text, NULL::text FROM {table}
            """;

    /// <inheritdoc/>
    public override object? KeyOf(MigrationFile file) => Path.GetFileName(file.Path);

    /// <inheritdoc/>
    public override IEnumerable<object> KeysOf(ForeignEntry entry) => [entry.Key];
}
