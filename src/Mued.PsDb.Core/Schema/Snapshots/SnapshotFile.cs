using System.Collections;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>Snapshots as files: the one place that knows their format.</summary>
public static class SnapshotFile
{
    /// <summary>Quotes and letters of every language as they are: the files are read by people and never embedded in HTML.</summary>
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    internal static readonly JsonTypeInfo<SchemaSnapshot> Contract = MakeContract();

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="MuedException">
    /// The file is missing or unreadable, not JSON, of a newer format, or no snapshot (exit code 2), with its place where there is one.
    /// </exception>
    public static SchemaSnapshot Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] bytes;
        try
        {
            bytes = BundledSql.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Texts.Error("SnapshotNotFound", ExitCode.Usage, new ErrorPlace(path), e, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("SnapshotUnreadable", ExitCode.Usage, new ErrorPlace(path), e, path, e.Message);
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads the text of a file.</summary>
    internal static SchemaSnapshot Parse(ReadOnlySpan<byte> utf8, string path)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        try
        {
            RefuseNewerFormat(utf8, path);
            return JsonSerializer.Deserialize(utf8, Contract) ?? throw new JsonException(Texts.Get("Snapshot.ObjectExpected"), "$", 0, 0);
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0) + 1;
            var column = (int)(e.BytePositionInLine ?? 0) + 1;
            var place = new ErrorPlace(path, line, column);
            // The serializer knows a path only for text that is JSON; the reader's own errors come first and have none.
            throw IsJson(utf8)
                ? Texts.Error("SnapshotInvalid", ExitCode.Usage, place, e, path, line, column, e.Path ?? "$", Reason(e))
                : Texts.Error("SnapshotNotJson", ExitCode.Usage, place, e, path, line, column, Reason(e));
        }
    }

    /// <summary>Writes a snapshot as UTF-8 without a byte order mark and with LF line ends, whatever the platform.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="path">The file; an existing one is replaced, and a folder that is missing is made.</param>
    /// <exception cref="MuedException">The file cannot be written (exit code 2).</exception>
    public static void Save(this SchemaSnapshot snapshot, string path)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        try
        {
            FileFolder.Make(path);
            File.WriteAllText(path, ToJson(snapshot), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception e) when (FileFailure.IsUnwritable(e))
        {
            throw Texts.Error("SnapshotUnwritable", ExitCode.Usage, new ErrorPlace(path), e, path, e.Message);
        }
    }

    /// <summary>The text that <see cref="Save"/> writes.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns>Indented JSON that ends with a newline.</returns>
    public static string ToJson(this SchemaSnapshot snapshot)
        // .NET 8 indents with the platform's line end.
        =>
        JsonSerializer.Serialize(snapshot, Contract).ReplaceLineEndings("\n") + "\n";

    /// <summary>A file of a newer format may hold anything, so its version is read before the rest is understood.</summary>
    private static void RefuseNewerFormat(ReadOnlySpan<byte> utf8, string path)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("formatVersion"u8))
                continue;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var version))
                return;
            if (version is >= 1 and <= SchemaSnapshot.CurrentFormatVersion)
                return;
            var (line, column) = Position(utf8, (int)reader.TokenStartIndex);
            throw Texts.Error(
                "SnapshotFormatUnknown",
                ExitCode.Usage,
                new ErrorPlace(path, line, column),
                null,
                path,
                line,
                column,
                version,
                SchemaSnapshot.CurrentFormatVersion
            );
        }
    }

    private static (int Line, int Column) Position(ReadOnlySpan<byte> utf8, int offset)
    {
        var before = utf8[..offset];
        return (before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read()) { }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The serializer appends its own rendering of path and position, which the message already has.</summary>
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (end < 0)
            end = e.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.', ' ');
    }

    private static JsonTypeInfo<SchemaSnapshot> MakeContract()
    {
        var options = new JsonSerializerOptions(SnapshotJson.Default.Options)
        {
            Encoder = Encoder,
            TypeInfoResolver = SnapshotJson.Default.WithAddedModifier(LeaveOutTheEmpty),
        };
        return (JsonTypeInfo<SchemaSnapshot>)options.GetTypeInfo(typeof(SchemaSnapshot));
    }

    /// <summary>What must be there is written even where it equals a default; an empty list or text says nothing and is not.</summary>
    private static void LeaveOutTheEmpty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.IsRequired)
                property.ShouldSerialize = static (_, _) => true;
            else if (typeof(IEnumerable).IsAssignableFrom(property.PropertyType))
                property.ShouldSerialize = static (_, value) => value is IEnumerable items && items.GetEnumerator().MoveNext();
        }
    }
}
