using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>
/// A snapshot while its parts arrive. What belongs to a relation is found by the relation's oid; parts of relations that are not in the
/// snapshot are passed over.
/// </summary>
/// <param name="user">The role that reads.</param>
/// <param name="exact">Whether the texts of views and functions are kept as they are, to be run again.</param>
internal sealed class SnapshotParts(string user, bool exact)
{
    private readonly Dictionary<uint, RelationParts> relations = [];

    public string User => user;

    public bool Exact => exact;

    public List<EnumSnapshot> Enums { get; } = [];

    public List<DomainSnapshot> Domains { get; } = [];

    public List<SequenceSnapshot> Sequences { get; } = [];

    public List<FunctionSnapshot> Functions { get; } = [];

    public List<ObjectSnapshot> Objects { get; } = [];

    public List<OwnerSnapshot> Owners { get; } = [];

    public List<PrivilegeSnapshot> Privileges { get; } = [];

    /// <summary>Adds a relation without its parts.</summary>
    public void Add(uint oid, RelationSnapshot relation) => relations.Add(oid, new(relation));

    /// <summary>The relation that a row's column <c>relation</c> refers to.</summary>
    public RelationParts? RelationOf(CatalogRow row) => relations.GetValueOrDefault(row.Oid("relation"));

    /// <summary>The whole, sorted here: the order of a server's collation differs from server to server.</summary>
    public SchemaSnapshot Complete(SchemaScope scope, string serverVersion) =>
        new()
        {
            FormatVersion = SchemaSnapshot.CurrentFormatVersion,
            Scope = scope,
            ServerVersion = serverVersion,
            Relations = [.. relations.Values.Select(parts => parts.Complete()).OrderBy(r => r.QualifiedName)],
            Enums = [.. Enums.OrderBy(e => new ObjectName(e.Schema, e.Name))],
            Domains = [.. Domains.OrderBy(d => new ObjectName(d.Schema, d.Name))],
            Sequences = [.. Sequences.OrderBy(s => new ObjectName(s.Schema, s.Name))],
            Functions = [.. Functions.OrderBy(f => new ObjectName(f.Schema, f.Name)).ThenBy(f => f.Arguments, StringComparer.Ordinal)],
            Objects = [.. Objects.OrderBy(o => o.Kind).ThenBy(o => o.Name, StringComparer.Ordinal)],
            Owners = [.. Owners.OrderBy(o => o.Kind, StringComparer.Ordinal).ThenBy(o => o.Name, StringComparer.Ordinal)],
            Privileges =
            [
                .. Privileges
                    .OrderBy(p => p.Kind, StringComparer.Ordinal)
                    .ThenBy(p => p.Name, StringComparer.Ordinal)
                    .ThenBy(p => p.Role, StringComparer.Ordinal),
            ],
        };
}
