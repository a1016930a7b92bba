using Mued.PsDb.Foundation;

namespace Mued.PsDb.Fleet;

/// <summary>A text file with one connection a line; empty lines and those that begin with # are left out.</summary>
internal static class ConnectionFile
{
    /// <summary>Reads all connections of a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="resolve">Reads one; the second text says where it was found.</param>
    /// <exception cref="MuedException">The file or a line cannot be read, or there is no line (exit code 2).</exception>
    public static IReadOnlyList<ConnectionSettings> Read(string path, Func<string, string, ConnectionSettings> resolve)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Usage("ConnectionFileUnreadable", path, e.Message);
        }

        var found = lines
            .Select((line, index) => (Text: line.Trim(), Source: $"{path}:{index + 1}"))
            .Where(line => line.Text.Length > 0 && !line.Text.StartsWith('#'))
            .Select(line => resolve(line.Text, line.Source))
            .ToList();
        return found.Count > 0 ? found : throw Texts.Usage("ConnectionFileEmpty", path);
    }
}
