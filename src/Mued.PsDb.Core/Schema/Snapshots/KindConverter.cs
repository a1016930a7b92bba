using System.Text.Json;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Schema;

/// <summary>Writes a kind by its name in camel case, and refuses a name that it does not know with the list of those it does.</summary>
/// <typeparam name="T">The enumeration of the kinds.</typeparam>
internal sealed class KindConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();
    private static readonly string[] Names = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        var index = Array.IndexOf(Names, text);
        return index >= 0
            ? Values[index]
            : throw new JsonException(Texts.Get("Snapshot.UnknownKind", text ?? reader.TokenType.ToString(), string.Join(", ", Names)));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Names[Array.IndexOf(Values, value)]);
}
