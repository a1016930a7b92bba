using System.Text.Json.Serialization;
using Mued.PsDb.Files;

namespace Mued.PsDb;

/// <summary>
/// What a snapshot covers: everything in some schemas, or some tables with what hangs on them (their types, the functions of
/// their triggers, the sequences they own). Objects of extensions are never part of it.
/// </summary>
public sealed record SchemaScope
{
    /// <summary>The schemas that are covered whole.</summary>
    public IReadOnlyList<string> Schemas
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The tables that are covered, as schema.table.</summary>
    public IReadOnlyList<string> Tables
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>
    /// Whether what belongs to the database and to no schema is covered as well: extensions, publications, event triggers, casts …
    /// </summary>
    public bool Database { get; init; }

    /// <summary>Whether the owners of the objects are covered.</summary>
    public bool Owners { get; init; }

    /// <summary>Whether the privileges on the objects, and the default privileges, are covered.</summary>
    public bool Privileges { get; init; }

    /// <summary>Tables that are left out, as schema.table; the history of migrations unless said otherwise.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Exclude
    {
        get;
        init => field = value ?? HistoryName.Tables(HistoryName.Default);
    } = HistoryName.Tables(HistoryName.Default);

    /// <summary>The scope of whole schemas.</summary>
    /// <param name="schemas">Their names.</param>
    /// <returns>The scope.</returns>
    public static SchemaScope OfSchemas(params string[] schemas) => new() { Schemas = schemas };

    /// <summary>The scope of single tables.</summary>
    /// <param name="tables">Their names as schema.table.</param>
    /// <returns>The scope.</returns>
    public static SchemaScope OfTables(params string[] tables) => new() { Tables = tables };
}
