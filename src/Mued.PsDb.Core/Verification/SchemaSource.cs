namespace Mued.PsDb;

/// <summary>Where a schema is: in a database, in a file of <c>Export-MuedSchema</c>, or in what a folder of migrations makes.</summary>
public sealed record SchemaSource
{
    private SchemaSource(string name) => Name = name;

    /// <summary>The database, file or folder, without secrets.</summary>
    public string Name { get; }

    /// <summary>The database; null for a file and a folder.</summary>
    public ConnectionSettings? Database { get; private init; }

    /// <summary>The file; null for a database and a folder.</summary>
    public string? File { get; private init; }

    /// <summary>The folder of migrations; null for a database and a file.</summary>
    public string? Folder { get; private init; }

    /// <summary>A database.</summary>
    /// <param name="settings">Its connection.</param>
    /// <returns>The source.</returns>
    public static SchemaSource Of(ConnectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings.Target) { Database = settings };
    }

    /// <summary>What a text names: a folder that is there, a file that is there or ends in .json, else a connection.</summary>
    /// <param name="text">The text.</param>
    /// <param name="workingDirectory">Where relative paths begin.</param>
    /// <param name="option">What the text was given as, for errors.</param>
    /// <returns>The source; a file has not been read and a database not connected yet.</returns>
    /// <exception cref="MuedException">The text is empty or a malformed connection (exit code 2).</exception>
    public static SchemaSource Parse(string text, string workingDirectory, string option)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PathOf(text, workingDirectory) is { } path
            ? Directory.Exists(path)
                ? new(path) { Folder = path }
                : new(path) { File = path }
            : Of(ConnectionSettings.Resolve(new() { Connection = text, ConnectionSource = option }));
    }

    /// <summary>The path that a text names; null when it is a connection.</summary>
    internal static string? PathOf(string text, string workingDirectory)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Contains("://", StringComparison.Ordinal))
            return null;
        var path = Path.Combine(workingDirectory, text);
        return Directory.Exists(path) || System.IO.File.Exists(path) || text.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? path
            : null;
    }
}
