using System.Text;
using System.Text.Json;

namespace Mued.PsDb.Schema;

/// <summary>Values of seed rows as comparable text.</summary>
internal static class SeedRows
{
    /// <summary>A value as <c>#&gt;&gt; '{}'</c> gives it on the server: the text itself for a text, else JSON.</summary>
    public static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>A value as JSON with sorted keys and no spaces, so that equal values are equal texts.</summary>
    public static string Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    /// <summary>A row's value for some columns as one text, null where it has none.</summary>
    public static string Canonical(IReadOnlyDictionary<string, JsonElement> row, IEnumerable<string> columns) =>
        string.Join(", ", columns.Select(column => column + ": " + (row.TryGetValue(column, out var value) ? Canonical(value) : "null")));

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{')
                    .AppendJoin(
                        ", ",
                        value
                            .EnumerateObject()
                            .OrderBy(p => p.Name, StringComparer.Ordinal)
                            .Select(p =>
                                '"' + JsonEncodedText.Encode(p.Name, SnapshotFile.Encoder).ToString() + "\": " + Canonical(p.Value)
                            )
                    )
                    .Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[').AppendJoin(", ", value.EnumerateArray().Select(Canonical)).Append(']');
                break;
            case JsonValueKind.String:
                text.Append('"').Append(JsonEncodedText.Encode(value.GetString()!, SnapshotFile.Encoder).ToString()).Append('"');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
