using Mued.PsDb.Files;

namespace Mued.PsDb.Phase2;

/// <summary>What the bundled Phase 2 migrations need and make, by name; Test-MuedSchema proves the rest.</summary>
internal static class Phase2Set
{
    private static readonly Lazy<IReadOnlyList<(char Kind, string Name)>> LazyObjects = new(() =>
        ObjectsOf(SnapshotFile.Load(BundledSql.ExpectedSchema))
    );

    /// <summary>The base tables.</summary>
    public static IReadOnlyList<RequiredTable> RequiredTables { get; } =
    [new("users", "id", "uuid", Referenced: true), new("materials", "id", "uuid", Referenced: false)];

    /// <summary>The migrations, by name.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
    ["0006_add_rag_metrics", "0007_optimize_rag_indexes", "0008_add_foreign_keys_fixed"];

    /// <summary>
    /// The objects by which Phase 2 is absent, partial or complete: t tables, e enums, i indexes, f foreign keys, g triggers. The
    /// function update_updated_at_column is not among them because other tables of the database may have it.
    /// </summary>
    public static IReadOnlyList<(char Kind, string Name)> Objects => LazyObjects.Value;

    /// <summary>Whether a folder holds Phase 2, so that its prerequisites and its expected schema apply.</summary>
    public static bool IsIn(MigrationFolder folder) => Migrations.All(name => folder.Files.Any(file => file.Name == name));

    private static (char Kind, string Name)[] ObjectsOf(SchemaSnapshot expected) =>
        [
            .. expected.Relations.Select(table => ('t', table.Name)),
            .. expected.Enums.Select(type => ('e', type.Name)),
            .. expected.Relations.SelectMany(table => table.Indexes).Select(index => ('i', index.Name)),
            .. expected
                .Relations.SelectMany(table => table.Constraints)
                .Where(constraint => constraint.Kind == ConstraintKind.ForeignKey)
                .Select(constraint => ('f', constraint.Name)),
            .. expected.Relations.SelectMany(table => table.Triggers).Select(trigger => ('g', trigger.Name)),
        ];
}
