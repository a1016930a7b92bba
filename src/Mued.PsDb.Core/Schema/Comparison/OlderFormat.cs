namespace Mued.PsDb.Schema;

/// <summary>What an expectation of an older format does not hold is no difference from it.</summary>
internal static class OlderFormat
{
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
                            Constraints = [.. relation.Constraints.Select(constraint => constraint with { Settings = null })],
                            Indexes = [.. relation.Indexes.Select(index => index with { Settings = null })],
                        }
                    ),
                ],
                Sequences = [.. actual.Sequences.Select(sequence => sequence with { Settings = null })],
                Functions = [.. actual.Functions.Select(function => function with { Settings = null })],
                Objects = [],
            };
}
