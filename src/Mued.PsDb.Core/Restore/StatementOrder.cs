using System.Text.RegularExpressions;

namespace Mued.PsDb.Restore;

/// <summary>Brings statements into an order in which they can be run.</summary>
internal static partial class StatementOrder
{
    /// <summary>
    /// The same steps, but each behind those that make what its text names, as a view of a view. It is a guess: a text may name what it does
    /// not need, and what is found only by trying is tried again.
    /// </summary>
    /// <param name="steps">The steps, in the order in which they are wanted otherwise.</param>
    /// <param name="made">The qualified name of what a step makes, quoted as in statements.</param>
    /// <param name="text">A step's statement.</param>
    public static IReadOnlyList<T> Sort<T>(IReadOnlyList<T> steps, Func<T, string> made, Func<T, string> text)
    {
        var makers = Enumerable.Range(0, steps.Count).ToLookup(i => made(steps[i]), StringComparer.Ordinal);
        var (sorted, seen) = (new List<T>(steps.Count), new bool[steps.Count]);
        for (var i = 0; i < steps.Count; i++)
            Add(i);
        return sorted;

        void Add(int i)
        {
            if (seen[i])
                return;
            seen[i] = true;
            var statement = text(steps[i]);
            foreach (var name in Names().EnumerateMatches(statement))
            {
                foreach (var maker in makers[statement.Substring(name.Index, name.Length)])
                    Add(maker);
            }

            sorted.Add(steps[i]);
        }
    }

    [GeneratedRegex("""(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{Nd}_$]*)\.(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{Nd}_$]*)""")]
    private static partial Regex Names();
}
