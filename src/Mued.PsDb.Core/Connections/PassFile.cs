using System.Globalization;
using System.Text;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Connections;

/// <summary>
/// libpq's password file (PostgreSQL documentation, "The Password File"): lines of hostname:port:database:username:password,
/// of which the first that fits is taken.
/// </summary>
internal sealed class PassFile
{
    /// <summary>The file's name in the user's home folder.</summary>
    public const string DefaultName = ".pgpass";

    private readonly List<string[]> entries;

    private PassFile(List<string[]> entries) => this.entries = entries;

    /// <summary>Reads the file's text. As in libpq, a line that is not an entry is passed over.</summary>
    public static PassFile Parse(string text)
    {
        var entries = new List<string[]>();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#' && Split(line) is { Length: 5 } fields)
                entries.Add(fields);
        }

        return new(entries);
    }

    /// <summary>
    /// Reads the file that the parameters or the environment name, else the default one. One that is missing, or that others than its
    /// owner may read, is passed over with a remark, as in libpq.
    /// </summary>
    public static PassFile? Load(ConnectionParameters parameters, EnvironmentVariables environment)
    {
        var path = parameters["passfile"] ?? environment.DefaultFile(OperatingSystem.IsWindows() ? "pgpass.conf" : DefaultName);
        if (path is null)
            return null;

        try
        {
            const UnixFileMode Others =
                UnixFileMode.GroupRead
                | UnixFileMode.GroupWrite
                | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead
                | UnixFileMode.OtherWrite
                | UnixFileMode.OtherExecute;
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                parameters.Warn(Texts.Get("PassFileOpen", path));
                return null;
            }

            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            parameters.Warn(Texts.Get("PassFileUnreadable", path));
            return null;
        }
    }

    /// <summary>The password for a server; null when no line fits. A socket folder also answers to localhost, as in libpq.</summary>
    public string? Find(string host, int port, string database, string user)
    {
        var name = host.StartsWith('/') ? "localhost" : host;
        foreach (var entry in entries)
        {
            if (
                (Fits(entry[0], host) || Fits(entry[0], name))
                && Fits(entry[1], port.ToString(CultureInfo.InvariantCulture))
                && Fits(entry[2], database)
                && Fits(entry[3], user)
            )
                return entry[4];
        }

        return null;
    }

    private static bool Fits(string pattern, string value) => pattern == "*" || pattern == value;

    private static string[] Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
                field.Append(line[++i]);
            // The password is the rest of the line; a colon within it need not be escaped.
            else if (line[i] == ':' && fields.Count < 4)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
                field.Append(line[i]);
        }

        fields.Add(field.ToString());
        return fields.ToArray();
    }
}
