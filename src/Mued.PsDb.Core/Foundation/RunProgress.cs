namespace Mued.PsDb;

/// <summary>One step of a run, told as it happens through <see cref="IProgress{T}"/>.</summary>
/// <param name="Kind">What the step is, and so where a host shows it.</param>
/// <param name="Message">One line for a person; never holds a secret.</param>
/// <param name="Migration">The migration at work, by its base name.</param>
/// <param name="Done">How many units are done (statements, rows, blocks).</param>
/// <param name="Total">How many units there are; null when unknown.</param>
public sealed record RunProgress(ProgressKind Kind, string Message, string? Migration = null, long? Done = null, long? Total = null)
{
    /// <summary>How much is done, from 0 to 100; null when unknown.</summary>
    public int? Percent => Done is { } done && Total is > 0 and var total ? (int)Math.Clamp(done * 100 / total, 0, 100) : null;
}
