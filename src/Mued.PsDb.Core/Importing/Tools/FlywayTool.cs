using System.Globalization;
using System.Text;
using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>
/// Flyway: a row a step, of which the newest of a version or repeatable script counts; a baseline stands for all up to its version.
/// The checksum is the CRC-32 of the lines without their ends.
/// </summary>
internal sealed class FlywayTool : HistoryTool
{
    // ISO 3309, reversed.
    private const uint Polynomial = 0xEDB88320;

    /// <inheritdoc/>
    public override string Name => "Flyway";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Flyway];

    /// <inheritdoc/>
    public override string Table => "flyway_schema_history";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["installed_rank", "version", "script", "checksum", "success"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT coalesce(version, script)::text,
                CASE WHEN NOT success THEN 'Failed' WHEN type IN ('BASELINE', 'SQL_BASELINE') THEN 'Below' ELSE 'Applied' END,
                installed_on::timestamptz, installed_by::text, checksum::text
            FROM (SELECT DISTINCT ON (coalesce(version, script)) * FROM {table} WHERE type <> 'SCHEMA'
                ORDER BY coalesce(version, script), installed_rank DESC) AS newest
            WHERE type NOT LIKE 'UNDO%' AND type <> 'DELETE'
            """;

    /// <inheritdoc/>
    public override string? ChecksumOf(MigrationFile file)
    {
        // What is repeatable has changed when its placeholders have.
        using var lines = new StringReader(file.Repeatable ? file.Sql.Text : FolderFile.ReadText(file.Path));
        var crc = uint.MaxValue;
        while (lines.ReadLine() is { } line)
        {
            foreach (var value in Encoding.UTF8.GetBytes(line))
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }
        }

        return ((int)~crc).ToString(CultureInfo.InvariantCulture);
    }
}
