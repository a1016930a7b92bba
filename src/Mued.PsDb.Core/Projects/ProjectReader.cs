using System.Text.Json;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Projects;

/// <summary>Reads <c>mued.json</c>, strictly: whatever is not understood would else be a setting that nobody follows.</summary>
internal sealed class ProjectReader
{
    private static readonly string[] Keys =
    [
        "$schema",
        "path",
        "layout",
        "allowDuplicateVersion",
        "historyTable",
        "schemaFile",
        "requiredTables",
        "lockTimeout",
        "maxBlocking",
        "statementTimeout",
        "maxAttempts",
        "retryTime",
    ];

    private static readonly string[] TableKeys = ["name", "keyColumn", "keyType", "referenced"];
    private readonly string file;

    private ProjectReader(string file) => this.file = file;

    /// <summary>Reads the file.</summary>
    /// <param name="file">Its full path; relative paths in it begin at its folder.</param>
    /// <param name="workingDirectory">The current folder.</param>
    /// <exception cref="MuedException">It cannot be read, has an unknown key or a wrong value, or names what does not exist (exit code 2).
    /// </exception>
    public static MuedProject Read(string file, string workingDirectory)
    {
        try
        {
            using var document = JsonDocument.Parse(SqlFile.Read(file));
            return new ProjectReader(file).Read(document.RootElement) with { WorkingDirectory = workingDirectory };
        }
        catch (JsonException e)
        {
            throw Texts.UsageAt("ProjectMalformed", file, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("FileUnreadable", ExitCode.Usage, e, file, e.Message);
        }
    }

    private MuedProject Read(JsonElement root)
    {
        var project = new MuedProject { WorkingDirectory = "", File = file };
        foreach (var (key, value) in Members(root, "", Keys))
        {
            project = key switch
            {
                "path" => project with { Path = Existing(key, value, Directory.Exists) },
                "layout" => project with { Layout = LayoutOf(key, value) },
                "allowDuplicateVersion" => project with { AllowDuplicateVersion = Flag(key, value) },
                "historyTable" => project with { HistoryTable = Text(key, value) },
                "schemaFile" => project with { SchemaFile = Existing(key, value, File.Exists) },
                "requiredTables" => project with { RequiredTables = Tables(key, value) },
                "lockTimeout" => project with { LockTimeout = Time(key, value) },
                "maxBlocking" => project with { MaxBlocking = Time(key, value) },
                "statementTimeout" => project with { StatementTimeout = Time(key, value) },
                "retryTime" => project with { RetryTime = Time(key, value) },
                "maxAttempts" => project with { MaxAttempts = Count(key, value) },
                _ => project,
            };
        }

        return project;
    }

    private IEnumerable<(string Key, JsonElement Value)> Members(JsonElement element, string place, IReadOnlyList<string> keys)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong(place, "Object");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var name = place + member.Name;
            if (!keys.Contains(member.Name))
                throw Texts.Usage("ProjectKeyUnknown", file, name, Nearest(member.Name, keys), string.Join(", ", keys));
            if (!seen.Add(member.Name))
                throw Texts.Usage("ProjectKeyTwice", file, name);
            yield return (member.Name, member.Value);
        }
    }

    private static string Nearest(string key, IReadOnlyList<string> keys) =>
        Spelling.Nearest(key, keys) is { } meant ? Texts.Get("ProjectKeyMeant", meant) : "";

    private string Text(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw Wrong(key, "Text");

    private string Existing(string key, JsonElement value, Func<string, bool> exists)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Text(key, value), Path.GetDirectoryName(file)!));
        return exists(path) ? path : throw Texts.Usage("ProjectPathMissing", file, key, path);
    }

    // By its name alone: Enum.TryParse also takes numbers and lists.
    private MigrationLayout LayoutOf(string key, JsonElement value)
    {
        var name = Text(key, value).Replace("-", "", StringComparison.Ordinal);
        return Enum.GetValues<MigrationLayout>()
                .Cast<MigrationLayout?>()
                .FirstOrDefault(layout => name.Equals(layout.ToString(), StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong(key, "Layout");
    }

    private int Count(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count > 0 ? count : throw Wrong(key, "Count");

    // A number is seconds, as it is on the command line.
    private TimeSpan Time(string key, JsonElement value) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String
            ? DurationText.Parse(value.ToString()) ?? throw Wrong(key, "Time")
            : throw Wrong(key, "Time");

    private IReadOnlyList<RequiredTable> Tables(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select((item, index) => Table($"{key}[{index}]", item))]
            : throw Wrong(key, "List");

    private RequiredTable Table(string place, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return new(Text(place, value), null, null, Referenced: false);
        var members = Members(value, place + ".", TableKeys)
            .ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);
        var table = new RequiredTable(
            TextOf("name") ?? throw Wrong(place + ".name", "Text"),
            TextOf("keyColumn"),
            TextOf("keyType"),
            members.TryGetValue("referenced", out var referenced) && Flag(place + ".referenced", referenced)
        );
        return (table.KeyColumn is null) == (table.KeyType is null) && (table.KeyColumn is not null || !table.Referenced)
            ? table
            : throw Wrong(place, "Key");

        string? TextOf(string key) => members.TryGetValue(key, out var text) ? Text($"{place}.{key}", text) : null;
    }

    private bool Flag(string key, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(key, "Flag");

    private MuedException Wrong(string key, string kind) =>
        Texts.Usage("ProjectValueWrong", file, key.TrimEnd('.'), Texts.Get("ProjectValue." + kind));
}
