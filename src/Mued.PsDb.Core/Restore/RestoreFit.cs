using System.Globalization;
using System.Text.RegularExpressions;
using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>Whether a database can hold the rows of a backup. Pure.</summary>
internal static class RestoreFit
{
    private static readonly string[] Rounding = ["numeric", "time", "interval"];
    private static readonly string[] TextTypes = ["text", "character varying", "character"];

    /// <summary>Compares every file with the table that it is for.</summary>
    /// <param name="entries">The files.</param>
    /// <param name="targets">The tables that are there.</param>
    /// <param name="failures">Why tables could not be made again, by name.</param>
    /// <exception cref="MuedException">What does not fit, all of it (exit code 2).</exception>
    public static void Check(
        IReadOnlyList<BackupEntry> entries,
        IReadOnlyDictionary<ObjectName, RestoreTarget> targets,
        IReadOnlyDictionary<string, string> failures
    )
    {
        var misfits = entries
            .SelectMany(entry => Misfits(entry, targets.GetValueOrDefault(entry.Name), failures.GetValueOrDefault(entry.Name.ToString())))
            .ToList();
        if (misfits.Count > 0)
            throw Texts.Usage("RestoreMisfit", string.Join("; ", misfits));
    }

    private static IEnumerable<string> Misfits(BackupEntry entry, RestoreTarget? target, string? failure)
    {
        if (target is null)
        {
            yield return failure is null ? Texts.Get("RestoreNoTable", entry.Name) : Texts.Get("RestoreTableFailed", entry.Name, failure);
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
            else if (PartMisfit(column, here) is { } misfit)
                yield return Texts.Get(
                    misfit.Text,
                    entry.Name,
                    ObjectName.Quote(column.Name) + misfit.Path.Replace(":", "", StringComparison.Ordinal),
                    misfit.Here,
                    misfit.Was
                );
        }

        if (entry.ColumnsOnly)
            yield break;
        var given = entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (
            var column in target.Columns.Values.Where(column =>
                column is { Required: true, Generated: false } && !given.Contains(column.Name)
            )
        )
            yield return Texts.Get("RestoreColumnRequired", entry.Name, ObjectName.Quote(column.Name));
    }

    /// <summary>
    /// The first part of a column's type that is not what it was. The text of a composite value has its attributes in their order and
    /// without their names, so another order, unless it can be turned, or one more, is another type.
    /// </summary>
    private static (string Text, string Path, string? Here, string? Was)? PartMisfit(BackupColumn column, RestoreTarget.Column here)
    {
        if (column.Parts is not { } parts)
            return null;
        foreach (var part in parts)
        {
            if (here.Parts.FirstOrDefault(other => other.Path == part.Path) is not { } now)
                return ("RestoreNoColumn", part.Path, null, null);
            if (!SameType(part.Type, now.Type))
                return ("RestoreColumnType", part.Path, now.Type, part.Type);
        }

        if (here.Parts.FirstOrDefault(now => parts.All(part => part.Path != now.Path)) is { } added)
            return ("RestoreColumnPart", added.Path, null, null);
        return
            here.Parts.Select(part => part.Path).SequenceEqual(parts.Select(part => part.Path))
            || AttributeOrder.Of(column, here) is not null
            ? null
            : ("RestoreColumnOrder", "", null, null);
    }

    /// <summary>
    /// The same type, whatever its length: a value that is too long for it is an error of its own. But digits behind the point would be
    /// rounded away.
    /// </summary>
    private static bool SameType(string was, string here)
    {
        var (left, right) = (Base(was), Base(here));
        return left == right ? Digits(here) >= Digits(was) : TextTypes.Contains(left) && TextTypes.Contains(right);
    }

    // Without a scale numeric keeps all digits, and the types of time six (PostgreSQL manual 8.1.2 and 8.5).
    private static int Digits(string type)
    {
        var digits = Regex.Match(type, @"\((?:\d+,)?(-?\d+)\)").Groups[1];
        return !Rounding.Any(name => type.StartsWith(name, StringComparison.Ordinal)) ? 0
            : digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture)
            : type.StartsWith("numeric", StringComparison.Ordinal) ? int.MaxValue
            : 6;
    }

    private static string Base(string type) => Regex.Replace(type, @"\(.*?\)", "");
}
