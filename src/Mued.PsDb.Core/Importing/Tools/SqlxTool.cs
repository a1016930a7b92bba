using System.Security.Cryptography;
using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>sqlx: a row a version, with the SHA-384 of its file; success is false while it runs and after it failed.</summary>
internal sealed class SqlxTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "sqlx";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Pairs, MigrationLayout.Plain];

    /// <inheritdoc/>
    public override string Table => "_sqlx_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["version", "success", "checksum"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT version::text, CASE WHEN success THEN 'Applied' ELSE 'Failed' END, installed_on, NULL::text, encode(checksum, 'hex')
            FROM {table}
            """;

    /// <inheritdoc/>
    public override string? ChecksumOf(MigrationFile file) =>
        Convert.ToHexString(SHA384.HashData(BundledSql.ReadAllBytes(file.Path))).ToLowerInvariant();
}
