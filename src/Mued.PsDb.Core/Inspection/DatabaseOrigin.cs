namespace Mued.PsDb;

/// <summary>A database, told apart from every other.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Target">Where it was reached, as user@host:port/database.</param>
/// <param name="SystemIdentifier">The identifier of its server's cluster (pg_control_system); null when the role may not read it.</param>
/// <param name="ServerVersion">The server's version.</param>
public sealed record DatabaseOrigin(string Name, string Target, string? SystemIdentifier, string ServerVersion)
{
    /// <summary>The schema of it that is meant, that of one tenant; null for the whole database.</summary>
    public string? Schema { get; init; }

    /// <summary>Where it is, whoever asks.</summary>
    internal string Place => Target[(Target.LastIndexOf('@') + 1)..];

    /// <inheritdoc/>
    public override string ToString() =>
        SystemIdentifier is null ? Place
        : Schema is null ? $"{Name} ({SystemIdentifier})"
        : $"{Name}/{Schema} ({SystemIdentifier})";
}
