using System.Text.Json.Serialization;

namespace Mued.PsDb.Plans;

/// <summary>The shape of a plan as its report has it, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(MigrationPlanReport))]
[JsonSerializable(typeof(ApprovedPlan))]
internal sealed partial class PlanJson : JsonSerializerContext;
