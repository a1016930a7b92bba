using System.Globalization;
using System.Text.Json;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Metrics;

/// <summary>Objectives and limits as a person gives them.</summary>
internal static class NamedNumbers
{
    /// <summary>Reads them.</summary>
    /// <param name="given">Each either NAME=VALUE or a JSON file with an object of numbers.</param>
    /// <exception cref="MuedException">A value is no number from 0 up, or a file cannot be read (exit code 2).</exception>
    public static IEnumerable<(string Name, decimal Value)> Read(IEnumerable<string> given) =>
        from text in given
        from item in text.Split('=', 2) is [var left, var right] ? [(left, right)] : ReadFile(text)
        select (item.Item1.Trim(), Number(item.Item1, item.Item2.Trim()));

    private static decimal Number(string name, string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Texts.Usage("NotANumber", name, value);

    private static IEnumerable<(string, string)> ReadFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. document.RootElement.EnumerateObject().Select(property => (property.Name, property.Value.ToString()))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw Texts.Error("NumbersFile", ExitCode.Usage, new ErrorPlace(path), e, path, e.Message);
        }
    }
}
