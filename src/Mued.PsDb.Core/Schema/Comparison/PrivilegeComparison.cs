using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The privileges on objects, a check a role.</summary>
/// <param name="owners">The owners of the objects, as far as they are told: the privileges of an owner do not say who that is.</param>
internal sealed class PrivilegeComparison(IReadOnlyList<OwnerSnapshot> owners) : ObjectComparison<PrivilegeSnapshot>
{
    private const string Option = " WITH GRANT OPTION";

    private readonly ILookup<(string, string), string> roles = owners.ToLookup(owner => (owner.Kind, owner.Name), owner => owner.Role);

    public override string KindOf(PrivilegeSnapshot item) => "privileges";

    public override string NameOf(PrivilegeSnapshot item) =>
        $"{item.Kind}{(item.Name.Length > 0 ? " " : "")}{item.Name} to {(item.Role.Length > 0 ? item.Role : "its owner")}";

    public override string SubjectOf(PrivilegeSnapshot item) => item.Name;

    public override ObjectFacts FactsOf(PrivilegeSnapshot item) =>
        new(("privileges", item.Privileges.Count > 0 ? string.Join(", ", item.Privileges) : "none"));

    /// <summary>
    /// What the server grants by itself (PostgreSQL manual, Privileges, Default Access Privileges), which a snapshot does not hold.
    /// </summary>
    public static PrivilegeSnapshot BuiltIn(PrivilegeSnapshot item) =>
        item with
        {
            Privileges = item switch
            {
                { Kind: "default acl" } when item.Name.Contains(" in schema ", StringComparison.Ordinal) => [],
                { Kind: { } kind } when kind.EndsWith(" column", StringComparison.Ordinal) => [],
                { Role: "" } => ["ALL"],
                { Role: not "PUBLIC" } => [],
                { Kind: "database" } => ["CONNECT", "TEMPORARY"],
                { Kind: "function" or "procedure" or "aggregate" or "type" or "language" } => ["ALL"],
                { Kind: "default acl" } when item.Name.EndsWith(" on functions", StringComparison.Ordinal) => ["ALL"],
                { Kind: "default acl" } when item.Name.EndsWith(" on types", StringComparison.Ordinal) => ["ALL"],
                _ => [],
            },
        };

    /// <summary>Whether a role may do less than what the server grants by itself.</summary>
    public static bool IsTaken(PrivilegeSnapshot item)
    {
        var has = item.Privileges.Select(WithoutOption).ToHashSet();
        return !has.Contains("ALL") && BuiltIn(item).Privileges.Any(privilege => !has.Contains(privilege));
    }

    /// <summary>Grants what the role lacks, which by the server's own rules is everything; or takes all that it has by them.</summary>
    public override string? Create(PrivilegeSnapshot item) => Alter(item, BuiltIn(item));

    /// <summary>
    /// Grants what is missing; where something must go, takes all and grants again. Null where another role than the owner granted it, who
    /// alone can take it, and for an owner who is not told.
    /// </summary>
    public override string? Alter(PrivilegeSnapshot expected, PrivilegeSnapshot actual)
    {
        if (RoleOf(expected) is null || Place(expected) is null)
            return null;
        var more = actual.Privileges.Except(expected.Privileges);
        if (expected.Privileges.Contains("ALL"))
            more = more.Where(privilege => privilege.EndsWith(Option, StringComparison.Ordinal));
        if (!more.Any())
            return Grant(expected, expected.Privileges.Except(actual.Privileges));
        return actual.ByOthers
            ? null
            : string.Join("; ", new[] { Revoke(expected), Grant(expected, expected.Privileges) }.Where(sql => sql.Length > 0));
    }

    /// <summary>Takes what the server does not grant by itself.</summary>
    public override string? Drop(PrivilegeSnapshot item) => Alter(BuiltIn(item), item);

    public override IEnumerable<string?> Changes(PrivilegeSnapshot expected, PrivilegeSnapshot actual) => [Alter(expected, actual)];

    private string Revoke(PrivilegeSnapshot item)
    {
        var (before, column, after) = Place(item)!.Value;
        return $"{before}REVOKE ALL{column} ON {after} FROM {RoleOf(item)}";
    }

    private string Grant(PrivilegeSnapshot item, IEnumerable<string> privileges)
    {
        var (before, column, after) = Place(item)!.Value;
        var statements =
            from privilege in privileges
            group WithoutOption(privilege) + column by privilege.EndsWith(Option, StringComparison.Ordinal) into some
            select $"{before}GRANT {string.Join(", ", some)} ON {after} TO {RoleOf(item)}{(some.Key ? Option : "")}";
        return string.Join("; ", statements);
    }

    private static string WithoutOption(string privilege) => privilege.Replace(Option, "", StringComparison.Ordinal);

    private string? RoleOf(PrivilegeSnapshot item) =>
        item.Role switch
        {
            "PUBLIC" => item.Role,
            "" => OwnerOf(item),
            _ => ObjectName.Quote(item.Role),
        };

    private string? OwnerOf(PrivilegeSnapshot item)
    {
        const string column = " column";
        var isColumn = item.Kind.EndsWith(column, StringComparison.Ordinal);
        var key = isColumn ? (item.Kind[..^column.Length], ObjectName.SplitLast(item.Name).Qualifier) : (item.Kind, item.Name);
        return roles[key].FirstOrDefault() is { } role ? ObjectName.Quote(role) : null;
    }

    /// <summary>
    /// What stands before GRANT, behind each privilege, and behind ON; null for the database, whose name a snapshot does not hold.
    /// </summary>
    private static (string Before, string Column, string After)? Place(PrivilegeSnapshot item)
    {
        if (item.Kind == "default acl")
        {
            var on = item.Name.LastIndexOf(" on ", StringComparison.Ordinal);
            return ($"ALTER DEFAULT PRIVILEGES {item.Name[..on]} ", "", item.Name[(on + " on ".Length)..].ToUpperInvariant());
        }

        if (item.Kind.EndsWith(" column", StringComparison.Ordinal))
        {
            var (table, column) = ObjectName.SplitLast(item.Name);
            return ("", $" ({column})", $"TABLE {table}");
        }

        var keyword = item.Kind switch
        {
            "table" or "view" or "materialized view" or "foreign table" => "TABLE",
            "function" or "procedure" or "aggregate" => "ROUTINE",
            "foreign-data wrapper" => "FOREIGN DATA WRAPPER",
            "server" => "FOREIGN SERVER",
            "sequence" or "type" or "schema" or "language" => item.Kind.ToUpperInvariant(),
            _ => null,
        };
        return keyword is null ? null : ("", "", $"{keyword} {item.Name}");
    }
}
