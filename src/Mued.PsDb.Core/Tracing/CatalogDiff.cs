using Mued.PsDb.Sql;

namespace Mued.PsDb.Tracing;

/// <summary>How a relation of the catalog differs from what it was.</summary>
/// <param name="nameOf">The name of a relation before, for an index's table; null where there is none.</param>
/// <param name="existed">Whether a relation was there before anything was traced.</param>
internal sealed class CatalogDiff(Func<uint, ObjectName?> nameOf, Func<uint, bool> existed)
{
    /// <summary>The changes of one relation; one of both is there.</summary>
    public IEnumerable<CatalogChange> Between(TracedRelation? before, TracedRelation? after)
    {
        var relation = (before ?? after)!;
        if (relation.IsIndex)
            return Index(before, after);
        if (!relation.IsQueried)
            return before is null && relation.Kind == 'S' ? [Of(CatalogChangeKind.SequenceAdded, relation)] : [];
        if (before is null)
            return [Of(CatalogChangeKind.RelationAdded, relation), .. Constraints(relation with { Constraints = [] }, after!)];
        if (after is null)
            return [Of(CatalogChangeKind.RelationDropped, relation)];
        return
        [
            .. before.Name == after.Name
                ? Array.Empty<CatalogChange>()
                : [Of(CatalogChangeKind.RelationRenamed, before) with { Before = before.Name.ToString(), After = after.Name.ToString() }],
            .. Columns(before, after),
            .. Constraints(before, after),
        ];
    }

    private IEnumerable<CatalogChange> Index(TracedRelation? before, TracedRelation? after)
    {
        var index = (after ?? before)!;
        CatalogChangeKind? kind =
            before is null ? CatalogChangeKind.IndexAdded
            : after is null ? CatalogChangeKind.IndexDropped
            : before.FileNode != after.FileNode ? CatalogChangeKind.IndexRebuilt
            : null;
        if (kind is { } known && nameOf(index.Table) is { } table)
            yield return new(known, table.ToString(), index.Name.Name)
            {
                Oid = index.Table,
                Existed = existed(index.Table),
                Index = index.Oid,
            };
    }

    private IEnumerable<CatalogChange> Columns(TracedRelation before, TracedRelation after)
    {
        var now = after.Columns.ToDictionary(column => column.Number);
        var then = before.Columns.ToDictionary(column => column.Number);
        foreach (var column in before.Columns)
        {
            var same = now.GetValueOrDefault(column.Number);
            if (same is null)
                yield return Of(CatalogChangeKind.ColumnDropped, before, column, null);
            else if (same.Name != column.Name)
                yield return Of(CatalogChangeKind.ColumnRenamed, before, column, same) with
                {
                    Before = column.Name,
                    After = same.Name,
                };
            if (same is not null && same.Type != column.Type)
                yield return Of(CatalogChangeKind.ColumnTypeChanged, before, column, same) with
                {
                    Before = column.Type,
                    After = same.Type,
                };
        }

        foreach (var column in after.Columns)
        {
            var old = then.GetValueOrDefault(column.Number);
            if (old is null)
                yield return Of(CatalogChangeKind.ColumnAdded, before, null, column) with
                {
                    After = column.Type,
                };
            if (column.NotNull && old is not { NotNull: true })
                yield return Of(CatalogChangeKind.ColumnNotNull, before, old, column);
        }
    }

    private IEnumerable<CatalogChange> Constraints(TracedRelation before, TracedRelation after)
    {
        var now = after.Constraints.ToDictionary(constraint => constraint.Oid);
        var then = before.Constraints.ToDictionary(constraint => constraint.Oid);
        foreach (var constraint in before.Constraints.Where(constraint => !now.ContainsKey(constraint.Oid)))
            yield return Of(CatalogChangeKind.ConstraintDropped, before, constraint);
        foreach (var constraint in after.Constraints)
        {
            if (!then.TryGetValue(constraint.Oid, out var old))
                yield return Of(
                    constraint.Validated ? CatalogChangeKind.ConstraintAdded : CatalogChangeKind.ConstraintAddedNotValid,
                    before,
                    constraint
                );
            else if (constraint.Validated && !old.Validated)
                yield return Of(CatalogChangeKind.ConstraintValidated, before, constraint);
        }
    }

    private CatalogChange Of(CatalogChangeKind kind, TracedRelation relation, TracedConstraint constraint) =>
        Of(kind, relation, constraint.Name) with
        {
            Constraint = constraint,
        };

    private CatalogChange Of(CatalogChangeKind kind, TracedRelation relation, TracedColumn? before, TracedColumn? after) =>
        Of(kind, relation, (before ?? after)!.Name) with
        {
            OldColumn = before,
            Column = after,
        };

    private CatalogChange Of(CatalogChangeKind kind, TracedRelation relation, string? name = null) =>
        new(kind, relation.Name.ToString(), name) { Oid = relation.Oid, Existed = existed(relation.Oid) };
}
