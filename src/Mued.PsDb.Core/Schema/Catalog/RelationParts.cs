namespace Mued.PsDb.Schema;

/// <summary>A relation while its parts arrive.</summary>
internal sealed class RelationParts(RelationSnapshot relation)
{
    /// <summary>The columns by number, without gaps of dropped ones.</summary>
    public SortedList<short, ColumnSnapshot> Columns { get; } = [];

    public List<ConstraintSnapshot> Constraints { get; } = [];

    public List<IndexSnapshot> Indexes { get; } = [];

    public List<TriggerSnapshot> Triggers { get; } = [];

    public List<RuleSnapshot> Rules { get; } = [];

    public List<PolicySnapshot> Policies { get; } = [];

    /// <summary>The relation with its parts, by name.</summary>
    public RelationSnapshot Complete() =>
        relation with
        {
            Columns = [.. Columns.Values],
            Constraints = Sorted(Constraints, c => c.Name),
            Indexes = Sorted(Indexes, i => i.Name),
            Triggers = Sorted(Triggers, t => t.Name),
            Rules = Sorted(Rules, r => r.Name),
            Policies = Sorted(Policies, p => p.Name),
        };

    private static List<T> Sorted<T>(List<T> items, Func<T, string> name)
    {
        if (items.Count == 0)
            return [];
        items.Sort((a, b) => string.CompareOrdinal(name(a), name(b)));
        return items;
    }
}
