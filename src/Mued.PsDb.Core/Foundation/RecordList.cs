using System.Collections.ObjectModel;

namespace Mued.PsDb.Foundation;

/// <summary>
/// The list of a record that goes down PowerShell's pipeline. Its text is that of what it holds: Export-Csv writes the text of a value, and
/// of a common list that is the name of its type.
/// </summary>
internal static class RecordList
{
    /// <summary>A list of nothing.</summary>
    public static IReadOnlyList<T> Of<T>() => Listed<T>.Nothing;

    /// <summary>A list of what another holds now.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items) => items as Listed<T> ?? new Listed<T>([.. items]);

    private sealed class Listed<T>(T[] items) : ReadOnlyCollection<T>(items)
    {
        public static readonly Listed<T> Nothing = new([]);

        public override string ToString() => string.Join(", ", this);
    }
}
