using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>The row that a reader stands on, its columns by name.</summary>
internal readonly struct CatalogRow(NpgsqlDataReader reader)
{
    public uint Oid(string column) => reader.GetFieldValue<uint>(reader.GetOrdinal(column));

    public string Text(string column) => reader.GetString(reader.GetOrdinal(column));

    public string? TextOrNull(string column) => reader.GetOrdinal(column) is var i && reader.IsDBNull(i) ? null : reader.GetString(i);

    public bool Is(string column) => reader.GetBoolean(reader.GetOrdinal(column));

    public bool? IsOrNull(string column) => reader.GetOrdinal(column) is var i && reader.IsDBNull(i) ? null : reader.GetBoolean(i);

    /// <summary>A bigint.</summary>
    public long Number(string column) => reader.GetInt64(reader.GetOrdinal(column));

    /// <summary>A smallint.</summary>
    public short Number16(string column) => reader.GetInt16(reader.GetOrdinal(column));

    /// <summary>A name that stands in two columns.</summary>
    public ObjectName Name(string schema, string name) => new(Text(schema), Text(name));

    /// <summary>A name that stands in one column, as JSON of [schema, name].</summary>
    public ObjectName? NameOrNull(string column) =>
        TextOrNull(column) is { } json && JsonText.Texts(json) is [var schema, var name] ? new ObjectName(schema, name) : null;

    /// <summary>When a trigger or a rule fires.</summary>
    public TriggerState State(string column) =>
        Text(column) switch
        {
            "D" => TriggerState.Disabled,
            "R" => TriggerState.Replica,
            "A" => TriggerState.Always,
            _ => TriggerState.Enabled,
        };
}
