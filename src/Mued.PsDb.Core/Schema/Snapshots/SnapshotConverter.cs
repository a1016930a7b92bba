using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mued.PsDb.Schema;

/// <summary>A snapshot inside another document, as its file has it.</summary>
internal sealed class SnapshotConverter : JsonConverter<SchemaSnapshot>
{
    /// <inheritdoc/>
    public override SchemaSnapshot? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, SnapshotFile.Contract);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SchemaSnapshot value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, SnapshotFile.Contract);
}
