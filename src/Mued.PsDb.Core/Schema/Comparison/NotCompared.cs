using Mued.PsDb.Foundation;

namespace Mued.PsDb.Schema;

/// <summary>The one list of what no comparison looks at, for the report and for the test that walks the server's catalogs.</summary>
internal static class NotCompared
{
    /// <summary>The system catalogs that no query reads, with the name of the reason.</summary>
    public static IReadOnlyDictionary<string, string> Catalogs { get; } =
        new Dictionary<string, string>
        {
            ["pg_auth_members"] = "Cluster",
            ["pg_authid"] = "Cluster",
            ["pg_parameter_acl"] = "Cluster",
            ["pg_shseclabel"] = "Cluster",
            ["pg_tablespace"] = "Cluster",
            ["pg_largeobject"] = "Rows",
            ["pg_largeobject_metadata"] = "Rows",
            ["pg_statistic"] = "State",
            ["pg_statistic_ext_data"] = "State",
            ["pg_replication_origin"] = "State",
            ["pg_subscription_rel"] = "State",
            ["pg_init_privs"] = "Extensions",
            // Told by pg_get_partkeydef, by shobj_description, and by what depends.
            ["pg_partitioned_table"] = "",
            ["pg_shdescription"] = "",
            ["pg_shdepend"] = "",
        };

    /// <summary>What the comparison with an expectation says nothing about, in words.</summary>
    public static IReadOnlyList<string> For(SchemaSnapshot expected)
    {
        List<string> names = ["Rows", "State", "Cluster", "Extensions", "Secrets"];
        if (!expected.Scope.Owners)
            names.Add("Owners");
        if (!expected.Scope.Privileges)
            names.Add("Privileges");
        if (!expected.Scope.Database)
            names.Add("Database");
        if (expected.FormatVersion < 2)
            names.Add("OlderFormat");
        return [.. names.Select(name => Texts.Get("NotCompared." + name))];
    }
}
