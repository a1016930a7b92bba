namespace Mued.PsDb.Tracing;

/// <summary>A column as the catalog has it.</summary>
/// <param name="Number">Its number, which stays when it is renamed.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type with modifiers, as SQL.</param>
/// <param name="TypeOid">The type alone.</param>
/// <param name="NotNull">Whether it is NOT NULL.</param>
/// <param name="HasValue">Whether a row gets a value when none is given: by a default, an identity or an expression.</param>
/// <param name="Computed">Whether the value is that of an expression over the row.</param>
internal sealed record TracedColumn(int Number, string Name, string Type, long TypeOid, bool NotNull, bool HasValue, bool Computed);
