namespace Mued.PsDb;

/// <summary>What kind of throw-away server <see cref="SandboxServer.StartAsync"/> starts.</summary>
public sealed record SandboxOptions
{
    /// <summary>
    /// The PostgreSQL major version, 14 to 18. With it, only a local server of that major or the npm package of that major is used;
    /// null takes the first server found.
    /// </summary>
    public int? Major { get; init; }

    /// <summary>The folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; null searches for one.</summary>
    public string? BinFolder { get; init; }

    /// <summary>Leaves the server running when this object, and this process, ends.</summary>
    public bool Keep { get; init; }

    /// <summary>
    /// Server settings by name (PostgreSQL documentation, chapter "Server Configuration"); they win over the sandbox's own.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
