namespace Mued.PsDb.Fleet;

/// <summary>What became of one target of a fleet.</summary>
/// <param name="Target">The target.</param>
/// <typeparam name="TTarget">What a target is.</typeparam>
/// <typeparam name="TResult">What the work gives.</typeparam>
internal sealed record FleetOutcome<TTarget, TResult>(TTarget Target)
    where TResult : class
{
    /// <summary>What the work gave; null when it threw, or was not begun.</summary>
    public TResult? Result { get; init; }

    /// <summary>What the work threw.</summary>
    public MuedException? Error { get; init; }

    /// <summary>When it was begun, on this machine's clock; null when it was not.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
