using System.Text.Json.Serialization;

namespace Mued.PsDb.Runs;

/// <summary>Reads what <see cref="HarmSql"/> says.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Harm))]
[JsonSerializable(typeof(OverBudget))]
internal sealed partial class HarmJson : JsonSerializerContext;
