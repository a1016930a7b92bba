namespace Mued.PsDb.Tracing;

/// <summary>Statements of a migration that run in one transaction.</summary>
/// <param name="Script">The script.</param>
/// <param name="Name">The migration.</param>
/// <param name="First">The first of the statements, from 0.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct ScriptPart(SqlScript Script, string Name, int First, int Count)
{
    // What a look at the catalog adds to a statement, roughly, as sent and as answered.
    private const int Overhead = 1024;
    private const int FlightSize = 1 << 20;

    /// <summary>The whole script.</summary>
    public ScriptPart(SqlScript script, string name)
        : this(script, name, 0, script.Statements.Count) { }

    /// <summary>Whether the transaction was opened before, and holds what earlier statements have locked.</summary>
    public bool Continues { get; init; }

    /// <summary>
    /// The same statements in parts that take one round trip each, so that of a large script only one of them is in the memory.
    /// </summary>
    public IEnumerable<ScriptPart> Flights()
    {
        var (first, end) = (First, First + Count);
        do
        {
            var (next, size) = (first, 0);
            while (next < end && size < FlightSize)
                size += Script.Statements[next++].Length + Overhead;
            yield return this with
            {
                First = first,
                Count = next - first,
                Continues = Continues || first > First,
            };
            first = next;
        } while (first < end);
    }
}
