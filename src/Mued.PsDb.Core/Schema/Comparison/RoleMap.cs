using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Roles that have another name where a database is tested than where its expectation was made.</summary>
internal static class RoleMap
{
    /// <summary>The expectation with its roles renamed: in owners, privileges, default privileges, policies, user mappings and settings.</summary>
    public static SchemaSnapshot WithRoles(this SchemaSnapshot expected, IReadOnlyDictionary<string, string> roles)
    {
        if (roles.Count == 0)
            return expected;
        return expected with
        {
            Owners = [.. expected.Owners.Select(owner => owner with { Role = Of(owner.Role) })],
            Privileges =
            [
                .. expected.Privileges.Select(privilege =>
                    privilege with
                    {
                        Role = Of(privilege.Role),
                        Name = privilege.Kind == "default acl" ? Named(privilege.Name, "for role ") : privilege.Name,
                    }
                ),
            ],
            Objects = [.. expected.Objects.Select(Renamed)],
            Relations =
            [
                .. expected.Relations.Select(relation =>
                    relation with
                    {
                        Policies =
                        [
                            .. relation.Policies.Select(policy =>
                                policy with
                                {
                                    Roles = [.. policy.Roles.Select(Of).Order(StringComparer.Ordinal)],
                                }
                            ),
                        ],
                    }
                ),
            ],
        };

        string Of(string role) => roles.GetValueOrDefault(role, role);

        ObjectSnapshot Renamed(ObjectSnapshot item) =>
            item.Kind switch
            {
                ObjectKind.UserMapping => item with
                {
                    Name = Named(item.Name, "FOR "),
                    Definition = Named(item.Definition, "CREATE USER MAPPING FOR "),
                },
                ObjectKind.Setting => item with { Name = Named(item.Name, "") },
                _ => item,
            };

        // The name of a role stands between what comes before it and a space.
        string Named(string text, string before)
        {
            foreach (var (from, to) in roles)
            {
                if (text.StartsWith($"{before}{ObjectName.Quote(from)} ", StringComparison.Ordinal))
                    return before + ObjectName.Quote(to) + text[(before.Length + ObjectName.Quote(from).Length)..];
            }

            return text;
        }
    }
}
