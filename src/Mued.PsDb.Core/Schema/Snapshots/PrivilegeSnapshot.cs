using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>What a role may do with an object, where it is not what the server grants by itself.</summary>
public sealed record PrivilegeSnapshot
{
    /// <summary>What the object is, as <c>pg_identify_object</c> calls it.</summary>
    public required string Kind { get; init; }

    /// <summary>The whole name, as <c>pg_identify_object</c> prints it; empty for the database.</summary>
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>The role, or <c>PUBLIC</c>; empty for the owner of the object.</summary>
    public string Role
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>
    /// The privileges, sorted, with <c>WITH GRANT OPTION</c> where they may be passed on; <c>ALL</c> for all that there are; empty where all
    /// were revoked.
    /// </summary>
    public IReadOnlyList<string> Privileges
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Whether somebody else than the owner granted some of them, who alone can revoke it; false for a snapshot from a file.</summary>
    [JsonIgnore]
    internal bool ByOthers { get; init; }
}
