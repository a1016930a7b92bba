using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>A file of a migrations folder. Its text is read when it is asked for, once.</summary>
internal sealed class FolderFile
{
    private const string RollbackPrefix = "rollback_";
    private static readonly string[] DownEndings = [".down", ".undo", ".revert", ".rollback"];

    private readonly Lazy<string> text;

    /// <param name="name">The name inside the folder, with slashes.</param>
    /// <param name="path">The full path.</param>
    /// <param name="excluded">Whether a pattern leaves it out.</param>
    public FolderFile(string name, string path, bool excluded)
    {
        (Name, Path, Excluded) = (name, path, excluded);
        text = new(() => ReadText(path));
    }

    /// <summary>The name inside the folder, with slashes.</summary>
    public string Name { get; }

    /// <summary>The name without the folders that it lies in.</summary>
    public string FileName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>The name without its last ending.</summary>
    public string BaseName => System.IO.Path.GetFileNameWithoutExtension(FileName);

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Whether a pattern leaves it out.</summary>
    public bool Excluded { get; }

    /// <summary>Whether it is SQL by its name.</summary>
    public bool IsSql => Name.EndsWith(".sql", StringComparison.OrdinalIgnoreCase);

    /// <summary>What follows <c>rollback_</c> in its name; null when that is not how the name begins.</summary>
    public string? AfterRollback =>
        BaseName.StartsWith(RollbackPrefix, StringComparison.OrdinalIgnoreCase) ? BaseName[RollbackPrefix.Length..] : null;

    /// <summary>Whether it takes back by the ending of its name: <c>x.down.sql</c>.</summary>
    public bool HasDownEnding => Array.Exists(DownEndings, ending => BaseName.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether its name alone says that it takes back.</summary>
    public bool TakesBack => HasDownEnding || AfterRollback is not null || BaseName.Equals("down", StringComparison.OrdinalIgnoreCase);

    /// <summary>Its text.</summary>
    /// <exception cref="MuedException">It cannot be read, or a byte does not belong to its encoding.</exception>
    public string Text => text.Value;

    /// <summary>The whole file as one script.</summary>
    public Lazy<SqlScript> Script(bool nonTransactional = false) => new(() => SqlScript.Parse(Text, Path, nonTransactional));

    /// <summary>The text of a file of the disk, or of the bundled SQL.</summary>
    public static string ReadText(string path)
    {
        try
        {
            return BundledSql.ReadText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("FileUnreadable", ExitCode.Usage, e, path, e.Message);
        }
    }
}
