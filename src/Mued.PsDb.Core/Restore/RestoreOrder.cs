namespace Mued.PsDb.Restore;

/// <summary>The order in which tables are loaded: parents before children, by their foreign keys.</summary>
/// <param name="Tables">The tables in order.</param>
/// <param name="Deferred">The foreign keys that close a cycle, and so are checked at the end.</param>
internal sealed record RestoreOrder(IReadOnlyList<RestoreTarget> Tables, IReadOnlyList<RestoreTarget.Rule> Deferred)
{
    /// <summary>Sorts; tables without a tie between them are in the order of their names.</summary>
    public static RestoreOrder Sort(IReadOnlyList<RestoreTarget> targets)
    {
        var waiting = targets.OrderBy(target => target.Name).ToList();
        var (tables, deferred) = (new List<RestoreTarget>(), new List<RestoreTarget.Rule>());
        while (waiting.Count > 0)
        {
            var next = waiting.Find(target => !Blocking(target, waiting).Any());
            if (next is null)
            {
                // A cycle: the table that is held up by the fewest keys goes first, and these keys are checked at the end.
                next = waiting.MinBy(target => Blocking(target, waiting).Count())!;
                deferred.AddRange(Blocking(next, waiting));
            }

            waiting.Remove(next);
            tables.Add(next);
        }

        return new(tables, deferred);
    }

    // A table that refers to itself is checked at the end of the statement that loads it. Rows of a partitioned table are in its
    // partitions.
    private static IEnumerable<RestoreTarget.Rule> Blocking(RestoreTarget target, IReadOnlyList<RestoreTarget> waiting) =>
        target.Rules.Where(rule => rule.Parent is { } parent && waiting.Any(other => other != target && other.Holds(parent)));
}
