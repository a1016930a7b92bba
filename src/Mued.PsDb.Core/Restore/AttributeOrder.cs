using System.Globalization;
using Mued.PsDb.Backups;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>
/// A column in whose type a composite type has its attributes in another order than it had: one that was dropped and made again comes last.
/// The text of a value has them in their order and without their names, so values are read as the types were, and then taken apart by name,
/// at any depth of arrays, domains and other composite types. What a range means by its bounds depends on their order: those are left out.
/// </summary>
internal sealed class AttributeOrder
{
    private readonly Part was;
    private readonly Part now;
    private readonly List<(string Name, string Attributes)> types = [];

    private AttributeOrder(string column, Part was, Part now) => (Column, this.was, this.now) = (column, was, now);

    /// <summary>The column.</summary>
    public string Column { get; }

    /// <summary>How the order differs; null where it does not, or not in it alone.</summary>
    public static AttributeOrder? Of(BackupColumn backup, RestoreTarget.Column here)
    {
        var (was, now) = (Part.Of(backup.Type, backup.Parts ?? []), Part.Of(here.Type, here.Parts));
        return Differs(was, now) == true ? new(here.Name, was, now) : null;
    }

    /// <summary>Makes the column of a temporary table as the type was.</summary>
    /// <param name="table">The table.</param>
    /// <param name="number">Tells its types from those of others.</param>
    public IEnumerable<BatchStep> Before(string table, int number)
    {
        types.Clear();
        var old = Old(was, now, string.Create(CultureInfo.InvariantCulture, $"{table}_{number}"));
        return
        [
            .. types.Select(type => (BatchStep)$"CREATE TYPE {type.Name} AS ({type.Attributes})"),
            $"ALTER TABLE {table} ALTER {ObjectName.Quote(Column)} TYPE {old} USING NULL",
        ];
    }

    /// <summary>The value of the column, as the type is, from one as it was.</summary>
    public string Value => Turned(was, now, ObjectName.Quote(Column), 0);

    /// <summary>Drops what <see cref="Before"/> made, when no column has it any more.</summary>
    public IEnumerable<BatchStep> After => types.AsEnumerable().Reverse().Select(type => (BatchStep)$"DROP TYPE {type.Name}");

    // Null where they differ in more.
    private static bool? Differs(Part was, Part now)
    {
        if (was.Parts.Count != now.Parts.Count)
            return null;
        var differs = false;
        foreach (var (part, i) in was.Parts.Select((part, i) => (part, i)))
        {
            var below = now.At(part.Step) is { } other ? Differs(part, other) : null;
            if (below is null || (below == true && part.Step == "<>"))
                return null;
            differs |= below.Value || now.Parts[i].Step != part.Step;
        }

        return differs;
    }

    private string Old(Part part, Part other, string name)
    {
        if (Differs(part, other) != true)
            return part.Type;
        var below = part
            .Parts.Select((inner, i) => Old(inner, other.At(inner.Step)!, string.Create(CultureInfo.InvariantCulture, $"{name}_{i}")))
            .ToList();
        switch (part.Parts[0].Step)
        {
            case ":":
                return below[0];
            case "[]":
                return below[0] + "[]";
            default:
                types.Add((name, string.Join(", ", part.Parts.Zip(below, (inner, type) => $"{inner.Step[1..]} {type}"))));
                return name;
        }
    }

    private static string Turned(Part part, Part other, string value, int depth)
    {
        if (Differs(part, other) != true)
            return value;
        return part.Parts[0].Step switch
        {
            ":" => $"({Turned(part.Parts[0], other.Parts[0], value, depth)})::{other.Type}",
            "[]" => Elements(value, element => Turned(part.Parts[0], other.Parts[0], element, depth + 1), other.Type, depth),
            _ =>
                $"""
                CASE WHEN NOT {RowSql.IsNull(value)} THEN ROW({string.Join(
                    ", ",
                    other.Parts.Select(inner => Turned(part.At(inner.Step)!, inner, $"({value}){inner.Step}", depth))
                )})::{other.Type} END
                """,
        };
    }

    /// <summary>
    /// An array with each element turned, by its text, which alone tells bounds and dimensions (PostgreSQL manual, Array Input and Output
    /// Syntax): a dimension opens before, and closes behind, every so many elements as are in one of it.
    /// </summary>
    private static string Elements(string value, Func<string, string> turn, string type, int depth)
    {
        var (item, sizes) = (string.Create(CultureInfo.InvariantCulture, $"e{depth}"), new List<string>());
        for (var dimension = 1; dimension <= 6; dimension++)
        {
            var lengths = Enumerable
                .Range(dimension, 7 - dimension)
                .Select(k => string.Create(CultureInfo.InvariantCulture, $"coalesce(array_length({value}, {k}), 1)"));
            sizes.Add(string.Create(CultureInfo.InvariantCulture, $"(array_length({value}, {dimension}), {string.Join(" * ", lengths)})"));
        }

        return $$"""
            CASE WHEN cardinality({{value}}) = 0 THEN '{}' ELSE (
                SELECT array_dims({{value}}) || '=' || string_agg(repeat('{', s.opened) || coalesce('"' || replace(replace(t.text, E'\\', E'\\\\'), '"', E'\\"') || '"', 'NULL')
                    || repeat('}', s.closed), ',' ORDER BY t.n)
                FROM (SELECT ({{turn($"{item}.v")}})::text AS text, {{item}}.n
                    FROM (SELECT unnest({{value}}) AS v, generate_series(1, cardinality({{value}})) AS n) AS {{item}}) AS t
                CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE (t.n - 1) % d.size = 0)::integer AS opened, count(*) FILTER (WHERE t.n % d.size = 0)::integer AS closed
                    FROM (VALUES {{string.Join(", ", sizes)}}) AS d (length, size) WHERE d.length IS NOT NULL) AS s
            ) END::{{type}}
            """;
    }

    /// <summary>A type, and what it is made of.</summary>
    /// <param name="Step">The way to it, as the last step of <see cref="TypePart.Path"/>.</param>
    /// <param name="Type">The type.</param>
    private sealed record Part(string Step, string Type)
    {
        /// <summary>In their order.</summary>
        public List<Part> Parts { get; } = [];

        /// <summary>The one behind a step.</summary>
        public Part? At(string step) => Parts.Find(part => part.Step == step);

        /// <summary>Each part of the list is followed by what it is made of.</summary>
        public static Part Of(string type, IReadOnlyList<TypePart> parts)
        {
            var above = new Stack<(string Path, Part Part)>([("", new Part("", type))]);
            var whole = above.Peek().Part;
            foreach (var part in parts)
            {
                while (!IsBelow(part.Path, above.Peek().Path))
                    above.Pop();
                var item = new Part(part.Path[above.Peek().Path.Length..], part.Type);
                above.Peek().Part.Parts.Add(item);
                above.Push((part.Path, item));
            }

            return whole;
        }

        private static bool IsBelow(string path, string other) =>
            path.Length > other.Length && path.StartsWith(other, StringComparison.Ordinal) && ".[<:".Contains(path[other.Length]);
    }
}
