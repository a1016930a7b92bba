namespace Mued.PsDb.Importing;

/// <summary>The command line of Supabase: a row a version.</summary>
internal sealed class SupabaseTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "Supabase";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Plain];

    /// <inheritdoc/>
    public override string Table => "schema_migrations";

    /// <inheritdoc/>
    public override string? Schema => "supabase_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["version", "statements"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT version::text, 'Applied', NULL::timestamptz, NULL::text, NULL::text FROM {table}
            """;
}
