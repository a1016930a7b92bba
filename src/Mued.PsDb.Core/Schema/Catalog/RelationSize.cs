namespace Mued.PsDb.Schema;

/// <summary>How large a table is.</summary>
/// <param name="Rows">Rows, estimated; null where nobody has counted.</param>
/// <param name="Bytes">Bytes of the table itself.</param>
internal readonly record struct RelationSize(long? Rows, long Bytes);
