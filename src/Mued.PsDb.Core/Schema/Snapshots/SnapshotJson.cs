using System.Text.Json.Serialization;

namespace Mued.PsDb.Schema;

/// <summary>The contract of a snapshot file, generated at compile time: no reflection at the start of a run.</summary>
/// <remarks>Generated code assigns null to a list that the file leaves out, so the lists of the records turn null into empty.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    WriteIndented = true,
    Converters = [
        typeof(KindConverter<RelationKind>),
        typeof(KindConverter<RelationPersistence>),
        typeof(KindConverter<IdentityKind>),
        typeof(KindConverter<ConstraintKind>),
        typeof(KindConverter<TriggerState>),
        typeof(KindConverter<PolicyCommand>),
        typeof(KindConverter<DuplicateUnit>),
        typeof(KindConverter<ObjectKind>),
    ]
)]
[JsonSerializable(typeof(SchemaSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
