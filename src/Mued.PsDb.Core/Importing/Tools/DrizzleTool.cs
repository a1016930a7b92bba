using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>drizzle: a row a migration, by the time that the journal gives it, with the SHA-256 of its file.</summary>
internal sealed class DrizzleTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "drizzle";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Drizzle];

    /// <inheritdoc/>
    public override string Table => "__drizzle_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["hash", "created_at"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT created_at::text, 'Applied', to_timestamp(created_at / 1000.0), NULL::text, hash::text FROM {table}
            """;

    /// <inheritdoc/>
    public override object? KeyOf(MigrationFile file) => file.ListedTime ?? ChecksumOf(file);

    /// <inheritdoc/>
    public override IEnumerable<object> KeysOf(ForeignEntry entry) => entry.Checksum is { } checksum ? [entry.Key, checksum] : [entry.Key];

    /// <inheritdoc/>
    public override string? ChecksumOf(MigrationFile file) => FileHash.Sha256(file);
}
