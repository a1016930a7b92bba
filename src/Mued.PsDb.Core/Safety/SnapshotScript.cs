using Mued.PsDb.Schema;

namespace Mued.PsDb.Safety;

/// <summary>The statements that make what a snapshot describes, in the order in which such objects are made, as far as that is certain.</summary>
internal static class SnapshotScript
{
    /// <summary>The statements, and the names of what no statement can make.</summary>
    public static (IReadOnlyList<string> Statements, IReadOnlyList<string> Left) Of(SchemaSnapshot snapshot)
    {
        var (statements, left) = (new List<string>(), new List<string>());
        var schemas = snapshot.Scope.Schemas.Concat(snapshot.Relations.Select(relation => relation.Schema)).Distinct();
        statements.AddRange(schemas.Select(schema => $"CREATE SCHEMA IF NOT EXISTS {Sql.ObjectName.Quote(schema)}"));

        // Statistics, publications and event triggers are about tables; everything else is there before them.
        var objects = snapshot.Objects.Where(item => item.Kind != ObjectKind.Schema).ToLookup(item => item.Kind < ObjectKind.Statistics);
        Add(new DefinedObjectComparison(), objects[true]);
        Add(new EnumComparison(), snapshot.Enums);
        Add(new DomainComparison(), snapshot.Domains);
        Add(
            new SequenceComparison(),
            snapshot.Sequences.Where(sequence => !sequence.Identity).Select(item => item with { Settings = null })
        );
        AddRelations(snapshot.Relations.Where(relation => relation.Definition is null));
        Add(new FunctionComparison(), snapshot.Functions);
        AddRelations(snapshot.Relations.Where(relation => relation.Definition is not null));
        AddParts(snapshot.Relations);
        Add(new DefinedObjectComparison(), objects[false]);
        return (statements, left);

        void AddRelations(IEnumerable<RelationSnapshot> relations)
        {
            foreach (var kind in relations.GroupBy(relation => relation.PartitionBound is not null).OrderBy(group => group.Key))
                Add(new RelationComparison(), kind.Select(relation => relation with { Settings = null }));
        }

        void AddParts(IReadOnlyList<RelationSnapshot> relations)
        {
            foreach (var relation in relations)
            {
                var keys = relation.Constraints.Where(item => item.Kind != ConstraintKind.ForeignKey);
                Add(new ConstraintComparison(relation.QualifiedName, there: true), keys);
                Add(
                    new IndexComparison(relation.QualifiedName, there: true),
                    relation.Indexes.Select(item => item with { Settings = null })
                );
            }

            foreach (var relation in relations)
            {
                var keys = relation.Constraints.Where(item => item.Kind == ConstraintKind.ForeignKey);
                Add(new ConstraintComparison(relation.QualifiedName, there: true), keys);
                Add(new TriggerComparison(relation.QualifiedName, there: true), relation.Triggers);
                Add(new RuleComparison(relation.QualifiedName, there: true), relation.Rules);
                Add(new PolicyComparison(relation.QualifiedName, there: true), relation.Policies);
            }
        }

        void Add<T>(ObjectComparison<T> kind, IEnumerable<T> items)
            where T : class
        {
            foreach (var item in items)
            {
                if (kind.Create(item) is not { } sql)
                    left.Add($"{kind.KindOf(item)} {kind.NameOf(item)}");
                else
                    statements.AddRange(Split(sql));
            }
        }
    }

    private static IEnumerable<string> Split(string sql)
    {
        var script = SqlScript.Parse(sql, "");
        return script.Statements.Select(script.TextOf);
    }
}
