using System.Text;

namespace Mued.PsDb.Benchmarks;

/// <summary>The bundled SQL as other programs take it.</summary>
internal static class BundledFiles
{
    /// <summary>The minimal base tables.</summary>
    public static string SandboxBase { get; } = Encoding.UTF8.GetString(BundledSql.ReadAllBytes(BundledSql.SandboxBase));

    /// <summary>Writes the migrations of Phase 2 and their rollback script into a new folder.</summary>
    public static string WriteMigrations(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in BundledSql.FilesOf(BundledSql.Migrations)!)
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file)), BundledSql.ReadAllBytes(file));
        return folder;
    }

    /// <summary>The migrations in such a folder, in their order.</summary>
    public static IEnumerable<string> MigrationsIn(string folder) =>
        Directory.EnumerateFiles(folder, "0*.sql").Order(StringComparer.Ordinal);
}
