using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mued.PsDb.Plans;

/// <summary>The name that git gives a content (gitformat-object: "blob", its length, and a hash over both).</summary>
internal static class GitBlob
{
    private const int Sha256Digits = 64;

    /// <summary>Whether a blob is of this content, as it is or with the line ends that a checkout may have changed.</summary>
    public static bool IsOf(string blob, byte[] content) =>
        NameOf(content, blob.Length) == blob || NameOf(WithLineFeeds(content), blob.Length) == blob;

    [SuppressMessage("Security", "CA5350", Justification = "It is git's name of a content and guards nothing.")]
    private static string NameOf(byte[] content, int digits)
    {
        byte[] whole = [.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content];
        return Convert.ToHexString(digits == Sha256Digits ? SHA256.HashData(whole) : SHA1.HashData(whole)).ToLowerInvariant();
    }

    private static byte[] WithLineFeeds(byte[] content) =>
        [.. content.Where((value, i) => value != '\r' || i + 1 == content.Length || content[i + 1] != '\n')];
}
