using System.Text.Json;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Schema;

/// <summary>Writes a text of several lines as an array of lines, so that a diff shows the line that changed.</summary>
internal sealed class LinesConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException(Texts.Get("Snapshot.LinesExpected"));
        var lines = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            lines.Add(reader.GetString()!);
        return reader.TokenType == JsonTokenType.EndArray
            ? string.Join('\n', lines)
            : throw new JsonException(Texts.Get("Snapshot.LinesExpected"));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (!value.Contains('\n', StringComparison.Ordinal))
        {
            writer.WriteStringValue(value);
            return;
        }

        writer.WriteStartArray();
        foreach (var line in value.Split('\n'))
            writer.WriteStringValue(line);
        writer.WriteEndArray();
    }
}
