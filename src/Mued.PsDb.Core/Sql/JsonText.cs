using System.Text;
using System.Text.Json;

namespace Mued.PsDb.Sql;

/// <summary>Small JSON texts that carry lists of names to the server and back.</summary>
internal static class JsonText
{
    /// <summary>An array of texts.</summary>
    public static string Of(IEnumerable<string> texts) =>
        Write(writer =>
        {
            foreach (var text in texts)
                writer.WriteStringValue(text);
        });

    /// <summary>An array of [schema, name].</summary>
    public static string Of(IEnumerable<ObjectName> names) =>
        Write(writer =>
        {
            foreach (var name in names)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(name.Schema);
                writer.WriteStringValue(name.Name);
                writer.WriteEndArray();
            }
        });

    /// <summary>The texts of an array; none for null.</summary>
    public static IReadOnlyList<string> Texts(string? json)
    {
        if (json is null)
            return [];
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>The numbers of an array of smallints; none for null.</summary>
    public static IReadOnlyList<short> Numbers(string? json)
    {
        if (json is null)
            return [];
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(item => item.GetInt16())];
    }

    /// <summary>The names of an array of [schema, name]; none for null.</summary>
    public static IReadOnlyList<ObjectName> Names(string? json)
    {
        if (json is null)
            return [];
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(item => new ObjectName(item[0].GetString()!, item[1].GetString()!))];
    }

    /// <summary>An array of what the caller writes.</summary>
    public static string Write(Action<Utf8JsonWriter> items)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            items(writer);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
