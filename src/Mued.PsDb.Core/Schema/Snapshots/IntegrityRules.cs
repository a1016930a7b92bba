namespace Mued.PsDb;

/// <summary>Rules for the data beyond what constraints enforce, tested with <c>-IncludeData</c>.</summary>
public sealed record IntegrityRules
{
    /// <summary>References whose table is named by another column.</summary>
    public IReadOnlyList<PolymorphicRule> Polymorphic
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Columns whose values must not repeat.</summary>
    public IReadOnlyList<DuplicateRule> Duplicates
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Columns whose values have limits.</summary>
    public IReadOnlyList<RangeRule> Ranges
    {
        get;
        init => field = value ?? [];
    } = [];
}
