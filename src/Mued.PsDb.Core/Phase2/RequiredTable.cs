namespace Mued.PsDb;

/// <summary>A table that migrations build on and must find.</summary>
/// <param name="Name">Its name, found through the search path.</param>
/// <param name="KeyColumn">The column that foreign keys refer to; null where it is enough that the table is there.</param>
/// <param name="KeyType">The type of that column, as format_type prints it.</param>
/// <param name="Referenced">Whether the migrations refer to it by a foreign key, which takes the privilege REFERENCES.</param>
public sealed record RequiredTable(string Name, string? KeyColumn, string? KeyType, bool Referenced);
