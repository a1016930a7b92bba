using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>The name of a report file in which <c>{host}</c> and <c>{database}</c> stand for those of each target.</summary>
internal static class ReportName
{
    private const string Host = "{host}";
    private const string Database = "{database}";

    /// <summary>Whether each target has a report of its own.</summary>
    public static bool IsOfTarget(string path) =>
        path.Contains(Host, StringComparison.OrdinalIgnoreCase) || path.Contains(Database, StringComparison.OrdinalIgnoreCase);

    /// <summary>The path for a target.</summary>
    public static string For(string path, ConnectionSettings target) =>
        path.Replace(Host, Plain(target.Host), StringComparison.OrdinalIgnoreCase)
            .Replace(Database, Plain(target.Database), StringComparison.OrdinalIgnoreCase);

    /// <summary>Proves, before anything is run, that the report of every target can be written, each into a file of its own.</summary>
    /// <exception cref="MuedException">It cannot (exit code 2).</exception>
    public static void Check(string path, IReadOnlyList<ConnectionSettings> targets)
    {
        var names = new Dictionary<string, ConnectionSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var target in targets)
        {
            var name = For(path, target);
            if (!names.TryAdd(name, target))
                throw Texts.Usage("ReportNameShared", name, names[name].Target, target.Target);
            ReportFile.Check(name);
        }
    }

    // The name of a database may hold anything, the folder of a socket has slashes; neither leads into another folder.
    private static string Plain(string name) =>
        string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' ? character : '_'))
            .TrimStart('.');
}
