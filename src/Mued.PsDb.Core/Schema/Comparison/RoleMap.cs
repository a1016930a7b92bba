namespace Mued.PsDb.Schema;

/// <summary>Roles that have another name where a database is tested than where its expectation was made.</summary>
internal static class RoleMap
{
    /// <summary>The expectation with its roles renamed: owners, roles of privileges and of policies.</summary>
    public static SchemaSnapshot WithRoles(this SchemaSnapshot expected, IReadOnlyDictionary<string, string> roles)
    {
        if (roles.Count == 0)
            return expected;
        return expected with
        {
            Owners = [.. expected.Owners.Select(owner => owner with { Role = Of(owner.Role) })],
            Privileges = [.. expected.Privileges.Select(privilege => privilege with { Role = Of(privilege.Role) })],
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
    }
}
