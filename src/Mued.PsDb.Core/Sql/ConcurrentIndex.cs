namespace Mued.PsDb;

/// <summary>
/// The index that a CREATE, DROP or REINDEX … CONCURRENTLY is about. Names are as the catalog holds them: unquoted ones in lower
/// case, all cut to 63 bytes.
/// </summary>
/// <param name="Operation">What is done.</param>
/// <param name="Schema">The schema as written; null when the search path decides. An index lies in its table's schema.</param>
/// <param name="Name">The index; null when PostgreSQL chooses its name, and for REINDEX of anything but an INDEX.</param>
/// <param name="Table">The table, where the statement names it.</param>
public sealed record ConcurrentIndex(IndexOperation Operation, string? Schema, string? Name, string? Table);
