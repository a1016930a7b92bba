using System.Text.Json.Serialization;

namespace Mued.PsDb.Reporting;

/// <summary>
/// The JSON shape of every report: camelCase, states by name, durations in milliseconds; generated at build time for a fast start.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(MigrationReport))]
[JsonSerializable(typeof(MigrationPlanReport))]
[JsonSerializable(typeof(SchemaReport))]
[JsonSerializable(typeof(CompareReport))]
[JsonSerializable(typeof(ConnectionReport))]
[JsonSerializable(typeof(UndoReport))]
[JsonSerializable(typeof(RestoreReport))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(NewMigrationReport))]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(MetricsReport))]
[JsonSerializable(typeof(SloReport))]
[JsonSerializable(typeof(PluginReport))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(MigrationTestReport))]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(FleetReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
