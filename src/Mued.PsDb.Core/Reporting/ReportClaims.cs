using System.Globalization;

namespace Mued.PsDb.Reporting;

/// <summary>
/// The report files that runs of this process write. A run takes its file before it begins and has it until it ends; another that goes on
/// beside it gets a file of its own. In a parallel loop it stays that of its first run as long as it is there, since the runs of a loop need not
/// overlap, and nothing tells one loop from the next; a run outside one takes the place of what was written before, as any redirection does.
/// </summary>
internal static class ReportClaims
{
    private static readonly Dictionary<string, (string Owner, bool Active)> Known = new(StringComparer.Ordinal);

    /// <summary>Takes the file of a run.</summary>
    /// <param name="path">The full path that was asked for.</param>
    /// <param name="owner">What the run does and where: a run that does the same again takes the same file.</param>
    /// <param name="target">The database that the report is about; null for none, or several.</param>
    /// <param name="inLoop">Whether the run is one of a parallel loop.</param>
    /// <returns>The path to write to.</returns>
    public static string Take(string path, string owner, ConnectionSettings? target, bool inLoop)
    {
        lock (Known)
        {
            var own = Candidates(path, target).First(candidate => IsFree(candidate, owner, inLoop));
            Known[own] = (owner, true);
            return own;
        }
    }

    /// <summary>Notes that a run has ended.</summary>
    /// <param name="path">The path that it took.</param>
    /// <param name="inLoop">Whether the run was one of a parallel loop.</param>
    public static void Release(string path, bool inLoop)
    {
        lock (Known)
        {
            if (inLoop)
                Known[path] = Known[path] with { Active = false };
            else
                Known.Remove(path);
        }
    }

    private static bool IsFree(string path, string owner, bool inLoop) =>
        !Known.TryGetValue(path, out var known) || (!known.Active && (!inLoop || known.Owner == owner || !File.Exists(path)));

    private static IEnumerable<string> Candidates(string path, ConnectionSettings? target)
    {
        yield return path;
        var (name, ending) = (Path.ChangeExtension(path, null), Path.GetExtension(path));
        if (target is not null)
        {
            name += "-" + TargetPath.For(target.Schema is null ? "{host}-{database}" : "{host}-{database}-{schema}", target);
            yield return name + ending;
        }

        for (var number = 2; ; number++)
            yield return string.Create(CultureInfo.InvariantCulture, $"{name}-{number}{ending}");
    }
}
