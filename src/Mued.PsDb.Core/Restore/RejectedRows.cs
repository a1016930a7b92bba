namespace Mued.PsDb;

/// <summary>Rows that a restore had to leave out, for one reason.</summary>
/// <param name="Reason">The rule that they break: a foreign key, a check, NOT NULL, or the lack of a row to put columns back into.</param>
/// <param name="Rows">How many rows break it, and no rule listed before it.</param>
public sealed record RejectedRows(string Reason, long Rows)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Rows}: {Reason}";
}
