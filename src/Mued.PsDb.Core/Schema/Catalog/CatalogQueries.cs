namespace Mued.PsDb.Schema;

/// <summary>Every kind of object that is read.</summary>
internal static class CatalogQueries
{
    /// <summary>The queries in the order in which they are sent and read: relations before what hangs on them, columns before constraints.</summary>
    public static IReadOnlyList<CatalogQuery> All { get; } =
    [
        new RelationQuery(),
        new ColumnQuery(),
        new ConstraintQuery(),
        new IndexQuery(),
        new TriggerQuery(),
        new RuleQuery(),
        new PolicyQuery(),
        new EnumQuery(),
        new DomainQuery(),
        new SequenceQuery(),
        new FunctionQuery(),
    ];
}
