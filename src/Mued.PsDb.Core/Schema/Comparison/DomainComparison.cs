using System.Text;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Domains with their checks.</summary>
internal sealed class DomainComparison : ObjectComparison<DomainSnapshot>
{
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
            )
        );

    public override string Create(DomainSnapshot item)
    {
        var sql = new StringBuilder("CREATE DOMAIN ").Append(NameOf(item)).Append(" AS ").Append(item.Type);
        if (item.Collation is { } collation)
            sql.Append(" COLLATE ").Append(collation);
        if (item.Default is { } value)
            sql.Append(" DEFAULT ").Append(value);
        if (item.NotNull)
            sql.Append(" NOT NULL");
        foreach (var check in item.Constraints)
            sql.Append(" CONSTRAINT ").Append(ObjectName.Quote(check.Name)).Append(' ').Append(check.Definition);
        return sql.ToString();
    }

    public override string? CommentOf(DomainSnapshot item) => item.Comment;

    public override string CommentTargetOf(DomainSnapshot item) => "DOMAIN " + NameOf(item);
}
