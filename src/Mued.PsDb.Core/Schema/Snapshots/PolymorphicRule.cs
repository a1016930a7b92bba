namespace Mued.PsDb;

/// <summary>A reference to one of several tables, chosen by another column of the row.</summary>
public sealed record PolymorphicRule
{
    /// <summary>The table that refers, as schema.table.</summary>
    public required string Table { get; init; }

    /// <summary>The column that refers.</summary>
    public required string Column { get; init; }

    /// <summary>The column that says to which table.</summary>
    public required string KindColumn { get; init; }

    /// <summary>The kinds that have a table.</summary>
    public required IReadOnlyList<PolymorphicTarget> Targets { get; init; }

    /// <summary>The kinds that have none; their rows are counted and reported as unchecked.</summary>
    public IReadOnlyList<string> Unchecked
    {
        get;
        init => field = value ?? [];
    } = [];
}
