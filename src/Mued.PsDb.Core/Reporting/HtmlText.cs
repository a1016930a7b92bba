using System.Net;

namespace Mued.PsDb.Reporting;

/// <summary>Text as it may stand in a page.</summary>
internal static class HtmlText
{
    /// <summary>The text with what HTML, a terminal or a build agent would obey made harmless.</summary>
    public static string Encode(string? text) =>
        WebUtility.HtmlEncode(UntrustedText.Visible(text)).Replace("##", "#&#35;", StringComparison.Ordinal);
}
