namespace Mued.PsDb.Tests;

/// <summary>A folder of migrations that a test writes; deleted at the end.</summary>
public sealed class MigrationSet : IDisposable
{
    public MigrationSet(params (string Name, string Sql)[] files)
    {
        Path = Directory.CreateTempSubdirectory("mued-migrations-").FullName;
        foreach (var (name, sql) in files)
            Write(name, sql);
    }

    public string Path { get; }

    public MigrationOptions Options => new() { Path = Path };

    public static MigrationOptions Phase2 => new() { Path = BundledSql.Migrations };

    /// <summary>A copy of the bundled Phase 2, to be changed.</summary>
    public static MigrationSet CopyPhase2()
    {
        var set = new MigrationSet();
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("sql/migrations")))
            File.Copy(file, System.IO.Path.Combine(set.Path, System.IO.Path.GetFileName(file)));
        return set;
    }

    public string FileOf(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string sql) => File.WriteAllText(FileOf(name), sql);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
