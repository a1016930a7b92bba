using Mued.PsDb.Files;

namespace Mued.PsDb.Phase2;

/// <summary>
/// What the bundled Phase 2 migrations need and make, by name; Test-MuedSchema proves the rest. A migration of a folder is one of them by
/// its SQL: files of the same names that do something else are not judged by what these do.
/// </summary>
internal static class Phase2Set
{
    private static readonly Lazy<IReadOnlyList<(char Kind, string Name)>> LazyObjects = new(() =>
        ObjectsOf(SnapshotFile.Load(BundledSql.ExpectedSchema))
    );

    // By their order: 0006 makes the tables, 0007 their indexes, 0008 their foreign keys.
    private static readonly Lazy<IReadOnlyList<string>> LazyChecksums = new(() =>
        [
            .. MigrationFolder
                .Read(BundledSql.Migrations, exclude: [], allowDuplicateVersion: false)
                .Files.Select(file => file.Sql.SqlChecksum),
        ]
    );

    /// <summary>The base tables.</summary>
    public static IReadOnlyList<RequiredTable> RequiredTables { get; } =
    [new("users", "id", "uuid", Referenced: true), new("materials", "id", "uuid", Referenced: false)];

    /// <summary>
    /// The objects by which Phase 2 is absent, partial or complete: t tables, e enums, i indexes, f foreign keys, g triggers. The
    /// function update_updated_at_column is not among them because other tables of the database may have it.
    /// </summary>
    public static IReadOnlyList<(char Kind, string Name)> Objects => LazyObjects.Value;

    /// <summary>Whether all of Phase 2 is among the migrations, so that its expected schema applies.</summary>
    public static bool IsIn(IEnumerable<MigrationFile> files) =>
        LazyChecksums.Value.Except(files.Where(file => !file.Excluded).Select(file => file.Sql.SqlChecksum), StringComparer.Ordinal).Any()
            is false;

    /// <summary>Whether a migration is the one that builds on <see cref="RequiredTables"/>.</summary>
    public static bool NeedsBaseTables(MigrationFile file) => !file.Excluded && file.Sql.SqlChecksum == LazyChecksums.Value[0];

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
