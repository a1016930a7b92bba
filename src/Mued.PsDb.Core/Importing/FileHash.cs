using System.Security.Cryptography;
using Mued.PsDb.Files;

namespace Mued.PsDb.Importing;

/// <summary>The checksum of a file's bytes that several tools keep.</summary>
internal static class FileHash
{
#pragma warning disable CA5351 // It is the other tool's choice, and tells whether a file has changed, not who has made it.
    /// <summary>MD5, in upper-case hexadecimal.</summary>
    public static string Md5(byte[] bytes) => Convert.ToHexString(MD5.HashData(bytes));
#pragma warning restore CA5351

    /// <summary>SHA-256, in lower-case hexadecimal.</summary>
    public static string Sha256(MigrationFile file) =>
        Convert.ToHexString(SHA256.HashData(BundledSql.ReadAllBytes(file.Path))).ToLowerInvariant();
}
