using System.Globalization;
using System.Resources;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Commands;

/// <summary>The texts of the cmdlets, all in <c>Texts.resx</c>; those of the errors are the engine's.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("Mued.PsDb.Commands.Texts", typeof(Texts).Assembly);

    /// <summary>The text of a name, its placeholders filled with the invariant culture.</summary>
    public static string Get(string name, params object?[] arguments) =>
        string.Format(TextFormat.Instance, Resources.GetString(name, CultureInfo.InvariantCulture)!, arguments);
}
