namespace Mued.PsDb;

/// <summary>What the bundled Phase 2 migrations need and make, by name; Test-MuedSchema proves the rest.</summary>
internal static class Phase2
{
    /// <summary>The base tables.</summary>
    public static readonly IReadOnlyList<RequiredTable> RequiredTables =
    [
        new("users", "id", "uuid", Referenced: true),
        new("materials", "id", "uuid", Referenced: false),
    ];

    /// <summary>The migrations, by name.</summary>
    public static readonly IReadOnlyList<string> Migrations = ["0006_add_rag_metrics", "0007_optimize_rag_indexes", "0008_add_foreign_keys_fixed"];

    /// <summary>
    /// The objects by which Phase 2 is absent, partial or complete. The function update_updated_at_column is not among them because other
    /// tables of the database may have it.
    /// </summary>
    public static readonly IReadOnlyList<(char Kind, string Name)> Objects =
    [
        .. Of('t', "ai_dialogue_log", "provenance", "rag_metrics_history", "plugin_registry"),
        .. Of('e', "content_type", "acquisition_method", "license_type"),
        .. Of('i', "idx_ai_dialogue_user", "idx_ai_dialogue_session", "idx_ai_dialogue_created_at", "idx_ai_dialogue_citation_rate",
            "idx_provenance_content", "idx_provenance_source", "idx_provenance_license", "idx_provenance_retention",
            "idx_rag_metrics_date", "idx_rag_metrics_compliance", "idx_plugin_name", "idx_plugin_enabled",
            "idx_ai_dialogue_user_created", "idx_provenance_expiring", "idx_rag_metrics_date_unique", "idx_plugin_enabled_healthy"),
        .. Of('f', "fk_ai_dialogue_user", "fk_provenance_acquired_by"),
        .. Of('g', "update_ai_dialogue_log_updated_at", "update_provenance_updated_at", "update_plugin_registry_updated_at"),
    ];

    /// <summary>Whether a folder holds Phase 2, so that its prerequisites and its expected schema apply.</summary>
    public static bool IsIn(MigrationFolder folder)
        => Migrations.All(name => folder.Files.Any(file => file.Name == name));

    private static IEnumerable<(char, string)> Of(char kind, params string[] names) => names.Select(name => (kind, name));
}
