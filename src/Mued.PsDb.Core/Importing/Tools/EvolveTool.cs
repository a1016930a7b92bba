using System.Text;
using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>
/// Evolve: a row a step, of type 0 for a migration and 4 for a repeatable one. The checksum is the MD5 of the text with line feeds alone;
/// its first versions took the bytes as they were.
/// </summary>
internal sealed class EvolveTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "Evolve";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Flyway];

    /// <inheritdoc/>
    public override string Table => "changelog";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["type", "version", "name", "checksum", "installed_on", "success"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT coalesce(version, name)::text, CASE WHEN success THEN 'Applied' ELSE 'Failed' END,
                installed_on::timestamptz, installed_by::text, checksum::text
            FROM (SELECT DISTINCT ON (coalesce(version, name)) * FROM {table} WHERE type IN (0, 4) ORDER BY coalesce(version, name), id DESC) AS newest
            """;

    /// <inheritdoc/>
    public override bool Matches(string checksum, MigrationFile file)
    {
        var text = FolderFile.ReadText(file.Path).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return FileHash.Md5(Encoding.UTF8.GetBytes(text)) == checksum || FileHash.Md5(BundledSql.ReadAllBytes(file.Path)) == checksum;
    }
}
