using System.Text;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Domains with their checks.</summary>
internal sealed class DomainComparison : ObjectComparison<DomainSnapshot>
{
    public override IEnumerable<string?> Changes(DomainSnapshot expected, DomainSnapshot actual) => [Alter(expected, actual)];

    public override string SchemaOf(DomainSnapshot item) => item.Schema;

    public override string KindOf(DomainSnapshot item) => "domain";

    public override string NameOf(DomainSnapshot item) => new ObjectName(item.Schema, item.Name).ToString();

    public override ObjectFacts FactsOf(DomainSnapshot item) =>
        new(
            ("type", item.Type),
            ("collation", item.Collation is { } collation ? "COLLATE " + collation : null),
            ("default", item.Default is { } value ? "DEFAULT " + value : null),
            ("nullability", item.NotNull ? "NOT NULL" : null),
            (
                "checks",
                item.Constraints.Count == 0
                    ? null
                    : string.Join(
                        ' ',
                        item.Constraints.Select(check =>
                            $"CONSTRAINT {ObjectName.Quote(check.Name)} {check.Definition}{(check.NotValid ? " NOT VALID" : "")}"
                        )
                    )
            ),
            ("comments of checks", Comments(item) is [_, ..] comments ? string.Join("; ", comments) : null)
        );

    public override bool OnlyLacks(DomainSnapshot expected, DomainSnapshot actual) =>
        base.OnlyLacks(expected, actual with { Constraints = [.. actual.Constraints.Except(Kept(expected, actual))] });

    public override IReadOnlyList<string> Expressions => ["default", "checks"];

    /// <summary>VALUE is a name like any other where it is not the key word of a domain.</summary>
    public override string? QueryOf(DomainSnapshot item)
    {
        var from = $"(SELECT NULL::{item.Type} AS value) AS domain";
        var checks = item.Constraints.Select(check => CheckText.QueryOf(check, from)).ToList();
        return checks.Contains(null)
            ? null
            : $"SELECT {item.Default ?? "NULL"} AS x"
                + string.Concat(
                    item.Constraints.Select(
                        (check, i) =>
                            $", {SqlString.Literal(check.Name + check.NotValid)} AS name{i}, ARRAY(SELECT row(q.*)::text FROM ({checks[i]}) AS q) AS check{i}"
                    )
                );
    }

    public override string Create(DomainSnapshot item)
    {
        var sql = new StringBuilder("CREATE DOMAIN ").Append(NameOf(item)).Append(" AS ").Append(item.Type);
        if (item.Collation is { } collation)
            sql.Append(" COLLATE ").Append(collation);
        if (item.Default is { } value)
            sql.Append(" DEFAULT ").Append(value);
        if (item.NotNull)
            sql.Append(" NOT NULL");
        foreach (var check in item.Constraints.Where(check => !check.NotValid))
            sql.Append(" CONSTRAINT ").Append(ObjectName.Quote(check.Name)).Append(' ').Append(check.Definition);
        var later = item.Constraints.Where(check => check.NotValid).Select(check => Add(item, check));
        return string.Join("; ", [sql.ToString(), .. later, .. Comments(item)]);
    }

    /// <summary>Null where the type or the collation is another, which no statement changes.</summary>
    public override string? Alter(DomainSnapshot expected, DomainSnapshot actual)
    {
        if (expected.Type != actual.Type || expected.Collation != actual.Collation)
            return null;
        var alter = $"ALTER DOMAIN {NameOf(expected)} ";
        var statements = new List<string>();
        if (expected.Default != actual.Default)
            statements.Add(alter + (expected.Default is { } value ? "SET DEFAULT " + value : "DROP DEFAULT"));
        if (expected.NotNull != actual.NotNull)
            statements.Add(alter + (expected.NotNull ? "SET NOT NULL" : "DROP NOT NULL"));
        var kept = Kept(expected, actual);
        statements.AddRange(actual.Constraints.Except(kept).Select(check => $"{alter}DROP CONSTRAINT {ObjectName.Quote(check.Name)}"));
        statements.AddRange(
            expected.Constraints.ExceptBy(kept.Select(check => check.Name), check => check.Name).Select(check => Add(expected, check))
        );
        var uncommented = kept.Where(check => check.Comment is not null)
            .IntersectBy(expected.Constraints.Where(other => other.Comment is null).Select(other => other.Name), check => check.Name);
        statements.AddRange(uncommented.Select(check => Comment(expected, check with { Comment = null })));
        statements.AddRange(Comments(expected).Except(Comments(actual with { Constraints = kept })));
        return string.Join("; ", statements);
    }

    private static List<ConstraintSnapshot> Kept(DomainSnapshot expected, DomainSnapshot actual)
    {
        return [.. actual.Constraints.Where(check => expected.Constraints.Any(other => Same(check, other)))];

        static bool Same(ConstraintSnapshot check, ConstraintSnapshot other) =>
            check.Name == other.Name && check.Definition == other.Definition && check.NotValid == other.NotValid;
    }

    private string Add(DomainSnapshot item, ConstraintSnapshot check) =>
        $"ALTER DOMAIN {NameOf(item)} ADD CONSTRAINT {ObjectName.Quote(check.Name)} {check.Definition}{(check.NotValid ? " NOT VALID" : "")}";

    private List<string> Comments(DomainSnapshot item) =>
        [.. item.Constraints.Where(check => check.Comment is not null).Select(check => Comment(item, check))];

    private string Comment(DomainSnapshot item, ConstraintSnapshot check) =>
        $"COMMENT ON CONSTRAINT {ObjectName.Quote(check.Name)} ON DOMAIN {NameOf(item)} IS "
        + (check.Comment is { } comment ? SqlString.Literal(comment) : "NULL");

    public override string Drop(DomainSnapshot item) => $"DROP DOMAIN {NameOf(item)}";

    public override string? CommentOf(DomainSnapshot item) => item.Comment;

    public override string CommentTargetOf(DomainSnapshot item) => "DOMAIN " + NameOf(item);
}
