namespace Mued.PsDb;

/// <summary>
/// The SQL that ships with the product, MUED Phase 2. It lies inside the engine's assembly, so that one native file has it too and no
/// one who can write to the module's folder can change what runs; its files are named like paths that begin with <c>bundled:</c>.
/// </summary>
public static class BundledSql
{
    private const string Prefix = "bundled:";

    /// <summary>The folder of the Phase 2 migrations and their rollback script.</summary>
    public static string Migrations => Prefix + "migrations";

    /// <summary>The expected schema of Phase 2.</summary>
    public static string ExpectedSchema => Prefix + "schema/phase2.json";

    /// <summary>The minimal base tables, for sandboxes and tests.</summary>
    public static string SandboxBase => Prefix + "sandbox/base.sql";

    /// <summary>The paths of the files in a bundled folder; null for a folder of the disk.</summary>
    internal static IReadOnlyList<string>? FilesOf(string folder) =>
        folder.StartsWith(Prefix, StringComparison.Ordinal)
            ?
            [
                .. typeof(BundledSql)
                    .Assembly.GetManifestResourceNames()
                    .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)),
            ]
            : null;

    /// <summary>Reads the text of a file, bundled or of the disk.</summary>
    internal static string ReadText(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) ? SqlFile.Decode(ReadAllBytes(path), path) : SqlFile.Read(path);

    /// <summary>Reads a file, bundled or of the disk.</summary>
    internal static byte[] ReadAllBytes(string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
            return File.ReadAllBytes(path);
        using var resource =
            typeof(BundledSql).Assembly.GetManifestResourceStream(path) ?? throw new FileNotFoundException(message: null, path);
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
