namespace Mued.PsDb;

/// <summary>How long and how safely a relation keeps its rows (pg_class.relpersistence).</summary>
public enum RelationPersistence
{
    /// <summary>Logged: survives a crash.</summary>
    Permanent,

    /// <summary>Unlogged: emptied by a crash.</summary>
    Unlogged,

    /// <summary>Temporary: gone with the session.</summary>
    Temporary,
}
