using System.Globalization;
using System.Resources;

namespace Mued.PsDb.Foundation;

/// <summary>
/// The texts for people, all in <c>Texts.resx</c>. An error's text bears its ErrorId as name; its advice is <c>ErrorId.Advice</c>.
/// </summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new(typeof(Texts));

    /// <summary>The text of a name, its placeholders filled with the invariant culture.</summary>
    public static string Get(string name, params object?[] arguments)
    {
        var text =
            Resources.GetString(name, CultureInfo.InvariantCulture) ?? throw new InvalidOperationException($"Texts.resx has no '{name}'.");
        return arguments.Length == 0 ? text : string.Format(TextFormat.Instance, text, arguments);
    }

    /// <summary>A usage or configuration error (exit code 2).</summary>
    public static MuedException Usage(string errorId, params object?[] arguments) => Error(errorId, ExitCode.Usage, null, arguments);

    /// <summary>A usage error at a place in a file. The texts' placeholders begin with file, line and column.</summary>
    public static MuedException UsageAt(string errorId, string file, int line, int column, params object?[] arguments) =>
        Error(errorId, ExitCode.Usage, new ErrorPlace(file, line, column, TargetName: file), null, [file, line, column, .. arguments]);

    /// <summary>An error of the class <paramref name="exitCode"/>; message and advice share the placeholders.</summary>
    public static MuedException Error(string errorId, ExitCode exitCode, Exception? inner, params object?[] arguments) =>
        Error(errorId, exitCode, default(ErrorPlace), inner, arguments);

    /// <summary>The same, with the place of the error.</summary>
    public static MuedException Error(string errorId, ExitCode exitCode, ErrorPlace place, Exception? inner, params object?[] arguments) =>
        new(errorId, exitCode, Get(errorId, arguments), Get(errorId + ".Advice", arguments), inner)
        {
            File = place.File,
            Line = place.Line,
            Column = place.Column,
            SqlState = place.SqlState,
            TargetName = place.TargetName,
        };
}
