namespace Mued.PsDb;

/// <summary>The SQL that ships with the product: MUED Phase 2, beside the engine's assembly.</summary>
public static class BundledSql
{
    private static readonly string Root = System.IO.Path.Combine(
        System.IO.Path.GetDirectoryName(typeof(BundledSql).Assembly.Location)!,
        "sql"
    );

    /// <summary>The folder of the Phase 2 migrations and their rollback script.</summary>
    public static string Migrations { get; } = System.IO.Path.Combine(Root, "migrations");

    /// <summary>The expected schema of Phase 2.</summary>
    public static string ExpectedSchema { get; } = System.IO.Path.Combine(Root, "schema", "phase2.json");

    /// <summary>The minimal base tables, for sandboxes and tests.</summary>
    public static string SandboxBase { get; } = System.IO.Path.Combine(Root, "sandbox", "base.sql");
}
