using System.Text.RegularExpressions;

namespace Mued.PsDb;

/// <summary>Whether a database can hold the rows of a backup. Pure.</summary>
internal static class RestoreFit
{
    private static readonly string[] TextTypes = ["text", "character varying", "character"];

    /// <summary>Compares every file with the table that it is for.</summary>
    /// <exception cref="MuedException">What does not fit, all of it (exit code 2).</exception>
    public static void Check(IReadOnlyList<BackupEntry> entries, IReadOnlyDictionary<ObjectName, RestoreTarget> targets)
    {
        var misfits = entries.SelectMany(entry => Misfits(entry, targets.GetValueOrDefault(entry.Name))).ToList();
        if (misfits.Count > 0)
            throw Texts.Usage("RestoreMisfit", string.Join("; ", misfits));
    }

    private static IEnumerable<string> Misfits(BackupEntry entry, RestoreTarget? target)
    {
        if (target is null)
        {
            yield return Texts.Get("RestoreNoTable", entry.Name);
            yield break;
        }

        foreach (var column in entry.Columns)
        {
            if (!target.Columns.TryGetValue(column.Name, out var here))
                yield return Texts.Get("RestoreNoColumn", entry.Name, ObjectName.Quote(column.Name));
            else if (here.Generated)
                yield return Texts.Get("RestoreGeneratedColumn", entry.Name, ObjectName.Quote(column.Name));
            else if (!SameType(column.Type, here.Type))
                yield return Texts.Get("RestoreColumnType", entry.Name, ObjectName.Quote(column.Name), here.Type, column.Type);
        }

        if (entry.ColumnsOnly)
            yield break;
        var given = entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var column in target.Columns.Values.Where(column => column is { Required: true, Generated: false } && !given.Contains(column.Name)))
            yield return Texts.Get("RestoreColumnRequired", entry.Name, ObjectName.Quote(column.Name));
    }

    /// <summary>The same type, whatever its length or precision: a value that is too long for it is an error of its own.</summary>
    private static bool SameType(string one, string other)
    {
        var (left, right) = (Base(one), Base(other));
        return left == right || (TextTypes.Contains(left) && TextTypes.Contains(right));
    }

    private static string Base(string type) => Regex.Replace(type, @"\(.*?\)", "");
}
