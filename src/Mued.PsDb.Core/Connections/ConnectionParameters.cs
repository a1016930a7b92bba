using System.Globalization;
using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Connections;

/// <summary>
/// A connection as libpq's keywords and their values, whatever form it was written in. The one place that accepts a keyword.
/// </summary>
internal sealed class ConnectionParameters(string source)
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly List<string> warnings = [];

    /// <summary>Where the connection was found, for messages.</summary>
    public string Source { get; } = source;

    /// <summary>What a person should know about accepted parameters.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Settings that only Npgsql knows; libpq's keywords are not in it.</summary>
    public NpgsqlConnectionStringBuilder Extras { get; init; } = [];

    /// <summary>Whether the text holds a password somewhere, so that a name in it may be a piece of that.</summary>
    public bool HidesNames { get; init; }

    /// <summary>The value of a keyword; null when it was not given or is empty, which libpq treats alike.</summary>
    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Whether the text is a TCP port.</summary>
    public static bool IsPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536;

    /// <summary>Sets a keyword that is known to be one.</summary>
    public void Set(string name, string value) => values[name] = value;

    /// <summary>Adds a remark.</summary>
    public void Warn(string text) => warnings.Add(text);

    /// <summary>Sets a keyword as a person wrote it.</summary>
    /// <exception cref="MuedException">There is no such keyword, or it asks for something that cannot be had.</exception>
    public void SetChecked(string name, string value)
    {
        var keyword = LibpqKeyword.Find(name) ?? throw Unknown(name, LibpqKeyword.All.Select(known => known.Name));
        if (value.Length == 0)
            return;

        switch (keyword.Use)
        {
            case KeywordUse.Used when name == "ssl":
                Set("sslmode", SslModeOf(value));
                break;
            case KeywordUse.Used when name == "schema":
                if (value != "public")
                    throw Texts.Usage("SchemaParameter", Source);
                break;
            case KeywordUse.Used:
                Set(name, value);
                break;
            case KeywordUse.Ignored:
                Warn(Texts.Get("ParameterIgnored", Source, name));
                break;
            case KeywordUse.Refused:
                Refuse(name, value, name);
                break;
        }
    }

    /// <summary>Fills what was not given from the environment, as libpq does.</summary>
    public void AddDefaults(EnvironmentVariables environment)
    {
        var hostGiven = this["host"] is not null;
        foreach (var keyword in LibpqKeyword.All)
        {
            if (keyword.Variable is null || this[keyword.Name] is not null || environment[keyword.Variable] is not { } value)
                continue;
            if (keyword.Use is KeywordUse.Refused)
                Refuse(keyword.Name, value, keyword.Variable);
            if (keyword.Use is not KeywordUse.Used)
                continue;
            // A host of the string and an address of the environment are not one server.
            if (keyword.Name == "hostaddr" && hostGiven)
                continue;
            Set(keyword.Name, value);
        }
    }

    /// <summary>
    /// The error for a keyword that does not exist. A keyword that follows the password and resembles none is not named: it may be
    /// a piece of a password that was not quoted.
    /// </summary>
    public MuedException Unknown(string name, IEnumerable<string> known)
    {
        var nearest = Spelling.Nearest(name, known);
        if (nearest is not null)
            return Texts.Usage("ParameterMisspelt", Source, name, nearest);
        return
            HidesNames
            || this["password"] is not null
            || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or ' ')
            ? Texts.Usage("ParameterUnknownAfterPassword", Source)
            : Texts.Usage("ParameterUnknown", Source, name);
    }

    // A service of the environment only fills what the connection leaves open; the rest would be a promise that is not kept.
    private void Refuse(string name, string value, string spelling)
    {
        if (spelling is "PGSERVICE" or "PGSERVICEFILE")
            Warn(Texts.Get("ParameterIgnored", Source, spelling));
        else if ((name, value) is not ("sslcertmode", "allow"))
            throw Texts.Usage("ParameterRefused", Source, spelling);
    }

    private string SslModeOf(string value) =>
        value.ToLowerInvariant() switch
        {
            "true" or "1" or "require" or "no-verify" => "require",
            "false" or "0" or "disable" => "disable",
            _ => throw Texts.Usage("ParameterInvalid", Source, "ssl", "true, false"),
        };
}
