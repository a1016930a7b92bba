using System.Globalization;
using System.Resources;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Cli;

/// <summary>The texts of <c>mued-psdb</c> for people, all in <c>Texts.resx</c>; those of the engine are in its own.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("Mued.PsDb.Cli.Texts", typeof(Texts).Assembly);

    /// <summary>The text of a name, its placeholders filled with the invariant culture.</summary>
    public static string Get(string name, params object?[] arguments) =>
        string.Format(TextFormat.Instance, Find(name) ?? throw new InvalidOperationException($"Texts.resx has no '{name}'."), arguments);

    /// <summary>The text of a name, without placeholders; null when there is none.</summary>
    public static string? Find(string name) => Resources.GetString(name, CultureInfo.InvariantCulture);

    /// <summary>An error whose message and advice share their placeholders, of which the first names what it is about.</summary>
    public static MuedError Error(string errorId, ExitCode exitCode, params object?[] arguments) =>
        new(errorId, Get(errorId, arguments), Get(errorId + ".Advice", arguments), exitCode);
}
