using System.Globalization;

namespace Mued.PsDb.Schema;

/// <summary>What an older format does not hold, or an older server does not have, is no difference.</summary>
internal static class OlderFormat
{
    /// <summary>The first version whose catalog has the NOT NULL constraints.</summary>
    private const int NamesNotNull = 18;

    /// <summary>
    /// A snapshot as far as another one can tell the same. A file does not say from which server it is: where it names no NOT NULL
    /// constraint, it may be from one that had no names for them.
    /// </summary>
    public static SchemaSnapshot AsFarAs(this SchemaSnapshot snapshot, SchemaSnapshot other)
    {
        var isFile = other.ServerVersion is null;
        if ((isFile ? !IsPlain(other) : MajorOf(other) >= NamesNotNull) || IsPlain(snapshot))
            return snapshot;
        return snapshot with
        {
            Relations = [.. snapshot.Relations.Select(relation => relation with { Columns = [.. relation.Columns.Select(Known)] })],
        };

        ColumnSnapshot Known(ColumnSnapshot column) =>
            column with
            {
                NotNullConstraint = isFile ? ColumnComparison.WithoutName(column.NotNullConstraint) : null,
                NotNullComment = null,
            };
    }

    private static bool IsPlain(SchemaSnapshot snapshot) =>
        snapshot.Relations.All(relation => relation.Columns.All(column => column is { NotNullConstraint: null, NotNullComment: null }));

    private static int MajorOf(SchemaSnapshot snapshot) =>
        int.TryParse(snapshot.ServerVersion?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;

    /// <summary>What is there, as far as a format holds it.</summary>
    public static SchemaSnapshot As(this SchemaSnapshot actual, int formatVersion) =>
        formatVersion >= 2
            ? actual
            : actual with
            {
                Relations =
                [
                    .. actual.Relations.Select(relation =>
                        relation with
                        {
                            Settings = null,
                            Columns = [.. relation.Columns.Select(column => column with { Settings = null })],
                            Constraints =
                            [
                                .. relation.Constraints.Select(constraint => constraint with { Settings = null, IndexComment = null }),
                            ],
                            Indexes = [.. relation.Indexes.Select(index => index with { Settings = null })],
                        }
                    ),
                ],
                Sequences = [.. actual.Sequences.Select(sequence => sequence with { Settings = null })],
                Functions = [.. actual.Functions.Select(function => function with { Settings = null })],
                Objects = [],
            };
}
