using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The constraints that must not be there, and those of them that are.</summary>
internal sealed class ForbiddenConstraints
{
    /// <summary>The kind of its checks.</summary>
    public const string Kind = "forbidden constraint";

    private readonly HashSet<(ObjectName Table, string Constraint)> found = [];

    public ForbiddenConstraints(IReadOnlyList<ForbiddenConstraint> rules, IReadOnlyList<RelationSnapshot> relations)
    {
        var tables = relations.ToDictionary(relation => relation.QualifiedName);
        Checks = [.. rules.Select(rule => Check(rule, tables))];
    }

    /// <summary>One check a rule.</summary>
    public IReadOnlyList<SchemaCheck> Checks { get; }

    /// <summary>Whether a constraint is a forbidden one, which has a check of its own.</summary>
    public bool Has(ObjectName table, string constraint) => found.Contains((table, constraint));

    private SchemaCheck Check(ForbiddenConstraint rule, Dictionary<ObjectName, RelationSnapshot> tables)
    {
        var table = ObjectName.Parse(rule.Table);
        var constraints =
            tables
                .GetValueOrDefault(table)
                ?.Constraints.Where(constraint => constraint.Kind == rule.Kind && rule.Columns.All(constraint.Columns.Contains))
                .ToList()
            ?? [];
        found.UnionWith(constraints.Select(constraint => (table, constraint.Name)));
        var check = new SchemaCheck(
            Kind,
            $"{table}({string.Join(", ", rule.Columns)}) {ConstraintComparison.KindOf(rule.Kind)}",
            CheckStatus.Passed
        )
        {
            Expected = Texts.Get("Check.None"),
            Table = table.ToString(),
        };
        return constraints.Count == 0
            ? check with
            {
                Actual = check.Expected,
            }
            : check with
            {
                Status = CheckStatus.Unexpected,
                Actual = string.Join(
                    "; ",
                    constraints.Select(constraint => $"{ObjectName.Quote(constraint.Name)} {constraint.Definition}")
                ),
                Advice = Texts.Get("Check.Forbidden", rule.Reason),
                SuggestedSql = string.Join("; ", constraints.Select(constraint => ConstraintComparison.Drop(table, constraint.Name))),
            };
    }
}
