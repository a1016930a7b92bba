using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Mued.PsDb.Tests.Reporting;

/// <summary>A JSON Schema that is published: that of the reports, or another one that is embedded in the tests.</summary>
internal sealed class PublishedSchema
{
    private readonly JsonObject root;

    private PublishedSchema(JsonObject root) => this.root = root;

    public static PublishedSchema Load(string resource = "mued-report.schema.json")
    {
        using var stream = typeof(PublishedSchema).Assembly.GetManifestResourceStream(resource)!;
        return new(JsonNode.Parse(stream)!.AsObject());
    }

    public IEnumerable<string> PropertiesOf(string definition) =>
        root["$defs"]![definition]!["properties"]!.AsObject().Select(property => property.Key);

    /// <summary>What is wrong with a value, each with its place; nothing for one that the definition allows.</summary>
    public IReadOnlyList<string> Validate(JsonElement value, string definition)
    {
        var schema = new JsonObject { ["$ref"] = "#/$defs/" + definition, ["$defs"] = root["$defs"]!.DeepClone() };
        var result = JsonSchema.FromText(schema.ToJsonString()).Evaluate(value, new() { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            :
            [
                .. (result.Details ?? []).SelectMany(detail =>
                    (detail.Errors ?? new Dictionary<string, string>()).Select(error => $"{detail.InstanceLocation}: {error.Value}")
                ),
            ];
    }
}
