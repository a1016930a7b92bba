using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>Compares an expected schema with an actual one.</summary>
public static class SchemaComparer
{
    /// <summary>
    /// Makes one check for each expectation, in the order of the file, and one for each unexpected object on an expected table and,
    /// where the scope is a whole schema, in that schema.
    /// </summary>
    /// <param name="expected">The expectation.</param>
    /// <param name="actual">What is there, read for the scope of the expectation.</param>
    /// <param name="strict">Whether unexpected objects and another order of columns fail the whole instead of warning.</param>
    /// <returns>The checks.</returns>
    public static IReadOnlyList<SchemaCheck> Compare(SchemaSnapshot expected, SchemaSnapshot actual, bool strict)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        return new SchemaComparison(expected, actual, strict).Run().Checks;
    }
}
