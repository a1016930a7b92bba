using System.Text.Json;
using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Backups;

/// <summary>What a backup holds and where it comes from: the content of <see cref="BackupFolder.Manifest"/>.</summary>
internal sealed partial record BackupManifest
{
    /// <summary>The value of <see cref="Format"/>.</summary>
    public const string FormatName = "mued-psdb-backup";

    /// <summary>The newest <see cref="FormatVersion"/> that this version of the product reads.</summary>
    public const int CurrentFormatVersion = 2;

    /// <summary>Says what kind of file this is.</summary>
    public required string Format { get; init; }

    /// <summary>The version of the format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>What wrote it.</summary>
    public required string Product { get; init; }

    /// <summary>When the backup was begun, on this machine's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The database that the rows come from.</summary>
    public required DatabaseOrigin Database { get; init; }

    /// <summary>The undo that the backup belongs to, newest unit first.</summary>
    public required IReadOnlyList<BackupUnit> Undo { get; init; }

    /// <summary>
    /// What vanished from the schema, by name, with the statements that make it again; <see cref="BackupFolder.Objects"/> holds the whole.
    /// </summary>
    public IReadOnlyList<LostObject> Objects
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The files of rows.</summary>
    public required IReadOnlyList<BackupEntry> Entries { get; init; }

    /// <summary>The history table, beside which it is recorded what the undo took and what was made since; null in format 1.</summary>
    public string? History { get; init; }

    /// <summary>Where the sequences that went with them stood; none in format 1.</summary>
    public IReadOnlyList<SequenceState> Sequences
    {
        get => field ?? [];
        init;
    }

    /// <summary>What of the objects a restore makes again otherwise than it was.</summary>
    public IReadOnlyList<string> Remarks
    {
        get => field ?? [];
        init;
    }

    /// <summary>The file of the large objects, in pieces; null where none went.</summary>
    public BackupEntry? LargeObjects { get; init; }

    /// <summary>All files that are copies.</summary>
    [JsonIgnore]
    public IEnumerable<BackupEntry> Files => LargeObjects is { } large ? Entries.Append(large) : Entries;

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="MuedException">It is not one, or of a newer format (exit code 2).</exception>
    public static BackupManifest Parse(byte[] json, string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.BackupManifest);
            if (manifest is not { Format: FormatName, Entries: not null, Database: not null })
                throw Texts.Usage("BackupManifestInvalid", path, Texts.Get("BackupManifestFormat", FormatName));
            if (manifest.FormatVersion > CurrentFormatVersion)
                throw Texts.Usage("BackupManifestNewer", path, manifest.FormatVersion, CurrentFormatVersion);

            // A name with a path in it would lead out of the folder.
            if (
                manifest.Files.FirstOrDefault(entry =>
                    Path.GetFileName(entry.File) != entry.File || (entry.Columns.Count == 0 && entry.ColumnsOnly)
                ) is
                { } bad
            )
                throw Texts.Usage("BackupManifestInvalid", path, bad.File);
            return manifest;
        }
        catch (JsonException e)
        {
            throw Texts.Error("BackupManifestInvalid", ExitCode.Usage, e, path, e.Message);
        }
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Default.BackupManifest) + "\n";

    /// <summary>The contract of the file, generated at compile time. The generator wants its name to be the only one.</summary>
    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        GenerationMode = JsonSourceGenerationMode.Metadata,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true
    )]
    [JsonSerializable(typeof(BackupManifest))]
    private sealed partial class ManifestJson : JsonSerializerContext;
}
