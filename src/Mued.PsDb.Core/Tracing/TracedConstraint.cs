namespace Mued.PsDb.Tracing;

/// <summary>A constraint as the catalog has it.</summary>
/// <param name="Oid">Its identity.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind: p, u, f, c, x, n.</param>
/// <param name="Validated">Whether all rows are known to keep it.</param>
/// <param name="Inherited">Whether it belongs to one of a parent table.</param>
/// <param name="Columns">The numbers of its columns.</param>
internal sealed record TracedConstraint(uint Oid, string Name, char Kind, bool Validated, bool Inherited, IReadOnlyList<short> Columns);
