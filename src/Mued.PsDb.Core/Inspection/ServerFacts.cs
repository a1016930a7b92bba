namespace Mued.PsDb.Inspection;

/// <summary>What must be known of a server before anything is changed on it.</summary>
/// <param name="VersionNumber">server_version_num, for example 170005.</param>
/// <param name="Version">The version for people, for example 17.5.</param>
/// <param name="ServerTime">The server's clock.</param>
/// <param name="Role">The role in force.</param>
/// <param name="Schema">The schema that unqualified names are created in.</param>
/// <param name="InRecovery">Whether the server is a standby.</param>
/// <param name="ReadOnly">Whether transactions are read-only, for whatever reason.</param>
/// <param name="CanCreate">Whether the role may create in <paramref name="Schema"/>.</param>
/// <param name="Tables">The required tables, in the order of the question.</param>
internal sealed record ServerFacts(
    int VersionNumber,
    string Version,
    DateTimeOffset ServerTime,
    string Role,
    string Schema,
    bool InRecovery,
    bool ReadOnly,
    bool CanCreate,
    IReadOnlyList<TableFacts> Tables
);
