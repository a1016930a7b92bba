using System.Diagnostics.CodeAnalysis;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>A path in which <c>{host}</c>, <c>{database}</c> and <c>{schema}</c>, the tenant's, stand for those of each target.</summary>
internal static class TargetPath
{
    private const string Host = "{host}";
    private const string Database = "{database}";
    private const string Schema = "{schema}";

    /// <summary>Whether each target has a path of its own.</summary>
    public static bool IsOfTarget(string path) =>
        Array.Exists([Host, Database, Schema], name => path.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The path for a target.</summary>
    /// <exception cref="MuedException">It is named after a tenant, and the target is none (exit code 2).</exception>
    [return: NotNullIfNotNull(nameof(path))]
    public static string? For(string? path, ConnectionSettings target)
    {
        if (target.Schema is null && path?.Contains(Schema, StringComparison.OrdinalIgnoreCase) == true)
            throw Texts.Usage("TargetPathOfNoTenant", path, target.Target);
        return path
            ?.Replace(Host, Plain(target.Host), StringComparison.OrdinalIgnoreCase)
            .Replace(Database, Plain(target.Database), StringComparison.OrdinalIgnoreCase)
            .Replace(Schema, Plain(target.Schema ?? ""), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Proves, before anything is run, that each target has a path of its own.</summary>
    /// <exception cref="MuedException">Two share one (exit code 2).</exception>
    public static void CheckApart(string path, IReadOnlyList<ConnectionSettings> targets)
    {
        var paths = new Dictionary<string, ConnectionSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var target in targets)
        {
            var own = For(path, target);
            if (!paths.TryAdd(own, target))
                throw Texts.Usage("TargetPathShared", own, paths[own].Target, target.Target);
        }
    }

    /// <summary>Proves the same of reports, and that each can be written.</summary>
    /// <param name="path">The path.</param>
    /// <param name="targets">What is reported on; null is what is no database.</param>
    /// <exception cref="MuedException">One cannot (exit code 2).</exception>
    public static void CheckReports(string path, IReadOnlyList<ConnectionSettings?> targets)
    {
        var databases = targets.OfType<ConnectionSettings>().ToList();
        if (databases.Count < targets.Count)
            throw Texts.Usage("TargetPathOfNone", path);
        CheckApart(path, databases);
        foreach (var target in databases)
            ReportFile.Check(For(path, target));
    }

    // The name of a database may hold anything, the folder of a socket has slashes; neither leads into another folder.
    private static string Plain(string name) =>
        string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' ? character : '_'))
            .TrimStart('.');
}
