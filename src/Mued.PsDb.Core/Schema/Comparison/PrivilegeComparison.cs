using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The privileges on objects, a check a role.</summary>
internal sealed class PrivilegeComparison : ObjectComparison<PrivilegeSnapshot>
{
    public override string KindOf(PrivilegeSnapshot item) => "privileges";

    public override string NameOf(PrivilegeSnapshot item) =>
        $"{item.Kind}{(item.Name.Length > 0 ? " " : "")}{item.Name} to {(item.Role.Length > 0 ? item.Role : "its owner")}";

    public override ObjectFacts FactsOf(PrivilegeSnapshot item) =>
        new(("privileges", item.Privileges.Count > 0 ? string.Join(", ", item.Privileges) : "none"));

    /// <summary>Grants what the role lacks, which by the server's own rules is everything; or takes all from PUBLIC.</summary>
    public override string? Create(PrivilegeSnapshot item) =>
        item.Privileges.Count > 0 ? Grant(item, item.Privileges)
        : item.Role == "PUBLIC" && Keyword(item.Kind) is { } keyword ? $"REVOKE ALL ON {keyword} {item.Name} FROM PUBLIC"
        : null;

    /// <summary>Grants what is missing; null where something would have to be revoked, which only who granted it can do.</summary>
    public override string? Alter(PrivilegeSnapshot expected, PrivilegeSnapshot actual) =>
        actual.Privileges.Except(expected.Privileges).Any() ? null : Grant(expected, expected.Privileges.Except(actual.Privileges));

    private static string? Grant(PrivilegeSnapshot item, IEnumerable<string> privileges)
    {
        if (Keyword(item.Kind) is not { } keyword || item.Role.Length == 0)
            return null;
        const string option = " WITH GRANT OPTION";
        var role = item.Role == "PUBLIC" ? item.Role : ObjectName.Quote(item.Role);
        var statements =
            from privilege in privileges
            group privilege.Replace(option, "", StringComparison.Ordinal) by privilege.EndsWith(option, StringComparison.Ordinal) into some
            select $"GRANT {string.Join(", ", some)} ON {keyword} {item.Name} TO {role}{(some.Key ? option : "")}";
        return string.Join("; ", statements);
    }

    /// <summary>What GRANT calls the kind; null for columns, the database and default privileges, whose statements differ.</summary>
    private static string? Keyword(string kind) =>
        kind switch
        {
            "table" or "view" or "materialized view" or "foreign table" => "TABLE",
            "sequence" => "SEQUENCE",
            "function" or "procedure" => "ROUTINE",
            "type" => "TYPE",
            "schema" => "SCHEMA",
            "language" => "LANGUAGE",
            "foreign-data wrapper" => "FOREIGN DATA WRAPPER",
            "server" => "FOREIGN SERVER",
            _ => null,
        };
}
