using Mued.PsDb.Backups;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>
/// A column whose composite type has its attributes in another order than it had: one that was dropped and made again comes last. The text of a
/// value has them in their order and without their names, so values are read as the type was, and then taken apart by name.
/// </summary>
internal sealed class AttributeOrder
{
    private readonly string column;
    private readonly string type;
    private readonly IReadOnlyList<TypePart> was;
    private readonly IReadOnlyList<TypePart> now;

    private AttributeOrder(RestoreTarget.Column here, IReadOnlyList<TypePart> was, IReadOnlyList<TypePart> now) =>
        (column, type, this.was, this.now) = (ObjectName.Quote(here.Name), here.Type, was, now);

    /// <summary>How the order differs; null where it does not, or not alone in the type's own attributes.</summary>
    public static AttributeOrder? Of(BackupColumn backup, RestoreTarget.Column here)
    {
        var (was, now) = (Attributes(backup.Parts ?? []), Attributes(here.Parts));
        var found = was.Select(attribute => now.Find(other => other[0].Path == attribute[0].Path)).OfType<List<TypePart>>().ToList();
        return
            was.Count == now.Count
            && was.TrueForAll(attribute => attribute[0].Path[0] == '.')
            && !found.SequenceEqual(now)
            && Paths(was).SequenceEqual(Paths(found))
            ? new(here, [.. found.Select(attribute => attribute[0])], [.. now.Select(attribute => attribute[0])])
            : null;

        static IEnumerable<string> Paths(List<List<TypePart>> attributes) => attributes.SelectMany(part => part).Select(part => part.Path);
    }

    /// <summary>Makes the column of a temporary table as the type was.</summary>
    /// <param name="table">The table.</param>
    /// <param name="old">A name for the type as it was, which is temporary too.</param>
    public IEnumerable<BatchStep> Before(string table, string old) =>
        [
            $"CREATE TYPE {old} AS ({string.Join(", ", was.Select(part => $"{part.Path[1..]} {part.Type}"))})",
            $"ALTER TABLE {table} ALTER {column} TYPE {old} USING NULL",
        ];

    /// <summary>Makes it as the type is, with the rows that have been read meanwhile.</summary>
    /// <inheritdoc cref="Before"/>
    public IEnumerable<BatchStep> After(string table, string old) =>
        [
            $"""
                ALTER TABLE {table} ALTER {column} TYPE {type}
                USING CASE WHEN NOT {RowSql.IsNull(column)} THEN ROW({string.Join(
                    ", ",
                    now.Select(part => $"({column}){part.Path}")
                )})::{type} END
                """,
            $"DROP TYPE {old}",
        ];

    /// <summary>The parts of a type by its own attributes, each followed by what it is made of.</summary>
    private static List<List<TypePart>> Attributes(IReadOnlyList<TypePart> parts)
    {
        var attributes = new List<List<TypePart>>();
        foreach (var part in parts)
        {
            var path = attributes.Count > 0 ? attributes[^1][0].Path : "";
            if (path.Length > 0 && part.Path.StartsWith(path, StringComparison.Ordinal) && ".[<:".Contains(part.Path[path.Length]))
                attributes[^1].Add(part);
            else
                attributes.Add([part]);
        }

        return attributes;
    }
}
