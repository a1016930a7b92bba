using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>One check of the health of a database.</summary>
/// <param name="Name">What was looked at, for example Connections; a limit is given under this name.</param>
/// <param name="Status">How it ended. Unknown: the server does not say, or not to this role.</param>
/// <param name="Detail">What was found, in words.</param>
public sealed record HealthCheck(string Name, RunbookStatus Status, string Detail)
{
    /// <summary>What <see cref="Value"/> and <see cref="Limit"/> are counted in.</summary>
    public HealthUnit Unit { get; init; }

    /// <summary>The worst figure, or how many things were found; null when there is none.</summary>
    public decimal? Value { get; init; }

    /// <summary>The last value that still passes.</summary>
    public decimal Limit { get; init; }

    /// <summary>Whether the limit is the smallest value that will do; else it is the largest.</summary>
    public bool AtLeast { get; init; }

    /// <summary>What to do next; null for a check that passed.</summary>
    public string? Advice { get; init; }

    /// <summary>The statement after which the role may see what it may not see now; null where nothing is hidden from it.</summary>
    public string? MissingGrant { get; init; }

    /// <summary>The worst things that were looked at, the worst first; ten at most.</summary>
    public IReadOnlyList<HealthItem> Items
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<HealthItem>();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Status})";
}
