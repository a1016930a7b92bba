using Mued.PsDb.Schema;

namespace Mued.PsDb.Undo;

/// <summary>Tells, of the objects that vanished, which went along only because they depend on another that did.</summary>
internal static class DependencyGraph
{
    /// <summary>What neither is a part of nor depends on anything else that vanished, and so was dropped for its own sake.</summary>
    /// <inheritdoc cref="Dependents"/>
    public static IReadOnlySet<CatalogObject> Roots(
        IReadOnlyCollection<CatalogObject> vanished,
        IReadOnlyCollection<CatalogDependency> dependencies
    )
    {
        var gone = vanished.ToHashSet();
        var edges = dependencies.ToLookup(dependency => dependency.Dependent);
        var tied = dependencies
            .Where(edge => gone.Contains(edge.On) || gone.Contains(edge.On.Whole))
            .Select(edge => (Outer: OuterOf(edge.Dependent, edges, gone).Whole, On: OuterOf(edge.On, edges, gone).Whole))
            .Where(pair => pair.Outer != pair.On)
            .Select(pair => pair.Outer)
            .ToHashSet();
        return gone.Where(item => !tied.Contains(OuterOf(item, edges, gone).Whole)).ToHashSet();
    }

    /// <summary>
    /// An object that is part of something that vanished (a column's default, a table's index, trigger or constraint) is no news. Any
    /// other that depends on something that vanished is one that DROP … CASCADE takes. Each is given with what it depends on.
    /// </summary>
    /// <param name="vanished">The objects that vanished, and the columns that vanished from tables that stay.</param>
    /// <param name="dependencies">Their rows of pg_depend, as they were before.</param>
    public static IReadOnlyList<(CatalogObject Object, CatalogObject On)> Dependents(
        IReadOnlyCollection<CatalogObject> vanished,
        IReadOnlyCollection<CatalogDependency> dependencies
    )
    {
        var gone = vanished.ToHashSet();
        var edges = dependencies.ToLookup(dependency => dependency.Dependent);
        var dependents = new Dictionary<CatalogObject, CatalogObject>();
        foreach (var item in vanished)
        {
            var outer = OuterOf(item, edges, gone);
            var on = edges[item]
                .Where(edge => edge.Kind == 'n' && edge.On.Whole != outer.Whole && IsGone(edge.On))
                .Select(edge => (CatalogObject?)edge.On)
                .FirstOrDefault();
            if (on is { } cause && !edges[outer].Any(edge => edge.Kind != 'n' && IsGone(edge.On)))
                dependents.TryAdd(outer, cause);
        }

        return [.. dependents.Select(pair => (pair.Key, pair.Value))];

        bool IsGone(CatalogObject item) => gone.Contains(item) || gone.Contains(item.Whole);
    }

    // 'i' (internal) ties a part to what it implements: a view's rule to the view, a table's row type to the table. That stands for it.
    private static CatalogObject OuterOf(CatalogObject item, ILookup<CatalogObject, CatalogDependency> edges, HashSet<CatalogObject> gone)
    {
        while (
            edges[item].Where(edge => edge.Kind == 'i' && gone.Contains(edge.On)).Select(edge => (CatalogObject?)edge.On).FirstOrDefault()
                is { } owner
        )
            item = owner;
        return item;
    }
}
