using System.Security.Cryptography;
using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>The checksum of a file's bytes that several tools keep.</summary>
internal static class FileHash
{
    /// <summary>SHA-256, in lower-case hexadecimal.</summary>
    public static string Sha256(MigrationFile file) =>
        Convert.ToHexString(SHA256.HashData(BundledSql.ReadAllBytes(file.Path))).ToLowerInvariant();
}
