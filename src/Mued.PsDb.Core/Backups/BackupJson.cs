using System.Text.Json.Serialization;

namespace Mued.PsDb.Backups;

/// <summary>The contract of the JSON files in a backup's folder, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    WriteIndented = true
)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(UndoMarker))]
internal sealed partial class BackupJson : JsonSerializerContext;
