using System.Globalization;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Runs;

/// <summary>Where a sequence stands.</summary>
/// <param name="LastValue">The number that it gave out last, or gives out next where it is not called.</param>
/// <param name="IsCalled">Whether it has given that number out.</param>
/// <param name="Increment">The step from number to number, negative for one that goes down.</param>
internal readonly record struct SequenceStanding(long LastValue, bool IsCalled, long Increment)
{
    private decimal Next => IsCalled ? LastValue + (decimal)Increment : LastValue;

    /// <summary>Whether the number that comes next is ahead of that of the same sequence elsewhere.</summary>
    public bool IsAheadOf(SequenceStanding other) => Increment > 0 ? Next > other.Next : Next < other.Next;

    /// <summary>
    /// A query that moves a sequence here, which the caller has locked, and never back; one row: whether it stands here now, or would. What setval
    /// does stays done when the transaction is rolled back (PostgreSQL manual, Sequence Manipulation Functions).
    /// </summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="dryRun">Whether only to say so.</param>
    public string Move(ObjectName sequence, bool dryRun) =>
        $"SELECT CASE WHEN {Compared("=")} THEN {(dryRun ? "true" : $"{Set(sequence)} IS NOT NULL")} ELSE false END FROM {sequence} AS s";

    /// <summary>A query that moves a sequence here if it stands behind, for one that others may move meanwhile.</summary>
    public string Forward(ObjectName sequence) => $"SELECT {Set(sequence)} FROM {sequence} AS s WHERE {Compared("")}";

    private string Compared(string orEqual) =>
        $"{Number(Next)}::numeric {(Increment > 0 ? ">" : "<")}{orEqual} CASE WHEN s.is_called THEN s.last_value::numeric + ({Increment}) ELSE s.last_value END";

    private string Set(ObjectName sequence) =>
        $"setval({SqlString.Literal(sequence.ToString())}::regclass, {Number(LastValue)}, {(IsCalled ? "true" : "false")})";

    private static string Number(decimal value) => $"({value.ToString(CultureInfo.InvariantCulture)})";
}
