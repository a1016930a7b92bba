namespace Mued.PsDb.Importing;

/// <summary>diesel: a row a version, which is the head of the name of its folder without hyphens.</summary>
internal sealed class DieselTool : HistoryTool
{
    /// <inheritdoc/>
    public override string Name => "diesel";

    /// <inheritdoc/>
    public override IReadOnlyList<MigrationLayout> Layouts => [MigrationLayout.Diesel];

    /// <inheritdoc/>
    public override string Table => "__diesel_schema_migrations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => ["version", "run_on"];

    /// <inheritdoc/>
    public override string Query(string table) =>
        $"""
            SELECT version::text, 'Applied', run_on::timestamptz, NULL::text, NULL::text FROM {table}
            """;
}
