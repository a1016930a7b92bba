using System.Text.Json;

namespace Mued.PsDb.Tests.Reporting;

/// <summary>A validator for the few JSON Schema keywords that the published schemas use.</summary>
internal sealed class JsonSchemaSubset
{
    private readonly JsonElement definitions;

    private JsonSchemaSubset(JsonElement root) => definitions = root.GetProperty("$defs");

    /// <summary>The published schema of the reports, or another one that is embedded in the tests.</summary>
    public static JsonSchemaSubset Load(string resource = "mued-report.schema.json")
    {
        using var stream = typeof(JsonSchemaSubset).Assembly.GetManifestResourceStream(resource)!;
        return new(JsonDocument.Parse(stream).RootElement);
    }

    public IEnumerable<string> PropertiesOf(string definition) =>
        definitions.GetProperty(definition).GetProperty("properties").EnumerateObject().Select(property => property.Name);

    public IReadOnlyList<string> Validate(JsonElement value, string definition)
    {
        var problems = new List<string>();
        Validate(value, definitions.GetProperty(definition), definition, problems);
        return problems;
    }

    private void Validate(JsonElement value, JsonElement schema, string path, List<string> problems)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Validate(value, definitions.GetProperty(reference.GetString()!["#/$defs/".Length..]), path, problems);
            return;
        }

        if (schema.TryGetProperty("type", out var type) && !HasType(value, type))
            problems.Add($"{path} is {value.ValueKind}, not {type}");
        else if (
            schema.TryGetProperty("enum", out var values)
            && !values.EnumerateArray().Any(allowed => allowed.GetRawText() == value.GetRawText())
        )
            problems.Add($"{path} is {value}, not one of {values}");
        else if (schema.TryGetProperty("minimum", out var minimum) && value.GetDouble() < minimum.GetDouble())
            problems.Add($"{path} is below {minimum}");
        else if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            foreach (var item in value.EnumerateArray())
                Validate(item, items, path + "[]", problems);
        else if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
            ValidateMembers(value, schema, properties, path, problems);
    }

    private void ValidateMembers(JsonElement value, JsonElement schema, JsonElement properties, string path, List<string> problems)
    {
        foreach (var required in schema.GetProperty("required").EnumerateArray())
        {
            if (!value.TryGetProperty(required.GetString()!, out _))
                problems.Add($"{path} lacks {required}");
        }

        foreach (var member in value.EnumerateObject())
        {
            if (properties.TryGetProperty(member.Name, out var property))
                Validate(member.Value, property, $"{path}.{member.Name}", problems);
            else
                problems.Add($"{path} has no {member.Name}");
        }
    }

    private static bool HasType(JsonElement value, JsonElement type) =>
        type.ValueKind == JsonValueKind.Array
            ? type.EnumerateArray().Any(one => HasType(value, one))
            : type.GetString() switch
            {
                "object" => value.ValueKind == JsonValueKind.Object,
                "array" => value.ValueKind == JsonValueKind.Array,
                "string" => value.ValueKind == JsonValueKind.String,
                "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
                "number" => value.ValueKind == JsonValueKind.Number,
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "null" => value.ValueKind == JsonValueKind.Null,
                _ => throw new InvalidOperationException($"The schema has the unknown type {type}."),
            };
}
