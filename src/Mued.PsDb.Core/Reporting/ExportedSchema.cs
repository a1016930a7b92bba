namespace Mued.PsDb.Reporting;

/// <summary>The schema of a database as a file of its own.</summary>
internal static class ExportedSchema
{
    /// <summary>Writes it.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="snapshot">Its schema.</param>
    /// <param name="path">The file, with <c>{host}</c> and <c>{database}</c> for those of the database.</param>
    /// <exception cref="MuedException">The file cannot be written.</exception>
    public static ExportReport Save(ConnectionSettings settings, SchemaSnapshot snapshot, string path)
    {
        var own = TargetPath.For(path, settings);
        snapshot.Save(own);
        return new(settings.Target, settings.Source, own, snapshot.Relations.Count);
    }
}
