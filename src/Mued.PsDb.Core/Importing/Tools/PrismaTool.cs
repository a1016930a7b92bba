using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>Prisma: a row a try, with the SHA-256 of the file; one that is neither finished nor rolled back has failed.</summary>
internal sealed class PrismaTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "Prisma";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Prisma];

    /// <inheritdoc/>
    public override string Table => "_prisma_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["migration_name", "checksum", "finished_at", "rolled_back_at"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT migration_name::text, CASE WHEN finished_at IS NULL THEN 'Failed' ELSE 'Applied' END, finished_at, NULL::text, checksum::text
            FROM {table} WHERE rolled_back_at IS NULL
            """;

    /// <inheritdoc/>
    public override object? KeyOf(MigrationFile file) => file.Name;

    /// <inheritdoc/>
    public override IEnumerable<object> KeysOf(ForeignEntry entry) => [entry.Key];

    /// <inheritdoc/>
    public override string? ChecksumOf(MigrationFile file) => FileHash.Sha256(file);
}
