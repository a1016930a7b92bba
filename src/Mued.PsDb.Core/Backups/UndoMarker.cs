using System.Text.Json;
using System.Text.Json.Serialization;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Backups;

/// <summary>
/// The undo that a backup belongs to, in a file that is in the folder from before the first row is copied until the undo is known to be
/// committed. Where the process was killed in between, the server is asked what became of its transaction.
/// </summary>
/// <param name="Transaction">The transaction's id.</param>
/// <param name="Database">The database that it ran in.</param>
internal sealed partial record UndoMarker(string Transaction, DatabaseOrigin Database)
{
    /// <summary>The file's name: it is meant to be understood in a listing of the folder.</summary>
    public const string FileName = "uncommitted.json";

    /// <summary>Reads the marker of a folder; null when it has none.</summary>
    /// <exception cref="IOException">Its undo is still at work, on this machine.</exception>
    public static UndoMarker? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? Parse(File.ReadAllBytes(path)) : null;
    }

    /// <summary>
    /// Removes the marker of a folder, because its undo is committed; where that cannot be done, the server is asked again.
    /// </summary>
    public static void Remove(string folder)
    {
        try
        {
            File.Delete(Path.Combine(folder, FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The backup may lie where nobody can write.
        }
    }

    /// <summary>Reads a marker; null when it is none, or was not written to its end: then no row was copied either.</summary>
    public static UndoMarker? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MarkerJson.Default.UndoMarker) is { Transaction: not null, Database: not null } marker
                ? marker
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The content of the file.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, MarkerJson.Default.UndoMarker), (byte)'\n'];

    /// <summary>What became of the undo, as far as this database knows.</summary>
    public Task<TransactionStatus> StatusAsync(NpgsqlConnection connection, DatabaseOrigin here, CancellationToken cancellationToken) =>
        here.SystemIdentifier is not null && here.SystemIdentifier == Database.SystemIdentifier
            ? ServerTransaction.StatusAsync(connection, Transaction, cancellationToken)
            : Task.FromResult(TransactionStatus.Unknown);

    /// <summary>The contract of the file, generated at compile time. The generator wants its name to be the only one.</summary>
    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        GenerationMode = JsonSourceGenerationMode.Metadata,
        WriteIndented = true
    )]
    [JsonSerializable(typeof(UndoMarker))]
    private sealed partial class MarkerJson : JsonSerializerContext;
}
