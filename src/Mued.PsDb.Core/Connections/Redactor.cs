using System.Text.RegularExpressions;

namespace Mued.PsDb.Connections;

/// <summary>
/// Takes secrets out of text that others wrote: messages of the driver, the server or the operating system. What this project words
/// itself never holds one.
/// </summary>
internal sealed partial class Redactor
{
    private const string Mask = "***";

    private readonly string[] secrets;

    /// <summary>Knows secrets besides the shapes of a connection string.</summary>
    public Redactor(params string?[] secrets)
    {
        // A secret of one or two letters would mask half of any message and is none.
        this.secrets = secrets
            .OfType<string>()
            .Where(secret => secret.Length > 2)
            .SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret) })
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(secret => secret.Length)
            .ToArray();
    }

    /// <summary>Knows only the shapes of a connection string.</summary>
    public static Redactor Shapes { get; } = new();

    /// <summary>The text with every secret masked.</summary>
    public string Redact(string text)
    {
        foreach (var secret in secrets)
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        text = UserInfo().Replace(text, "${before}" + Mask + "@");
        return Assignment().Replace(text, "${before}" + Mask);
    }

    // The last @ before the path: a password may hold an @ that was not encoded.
    [GeneratedRegex(@"(?<before>[A-Za-z][A-Za-z0-9+.\-]*://[^\s:/@]*:)[^\s]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex(
        @"(?<before>\b(?:password|pwd|sslpassword|PGPASSWORD)\s*=\s*)(?:'[^']*'|""[^""]*""|[^\s;&]+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Assignment();
}
