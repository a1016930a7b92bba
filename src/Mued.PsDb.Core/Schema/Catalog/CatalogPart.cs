namespace Mued.PsDb.Schema;

/// <summary>What a kind of object is part of; it is read only where that is asked for.</summary>
[Flags]
internal enum CatalogPart
{
    /// <summary>What every snapshot holds.</summary>
    Core = 0,

    /// <summary>What snapshots of format 2 hold of single tables.</summary>
    Objects = 1,

    /// <summary>What belongs to a schema and no table.</summary>
    Schemas = 2,

    /// <summary>What belongs to the database and no schema.</summary>
    Database = 4,

    /// <summary>
    /// What belongs to an object of which another part is told whole elsewhere; read only where single objects are looked for.
    /// </summary>
    Pieces = 32,

    /// <summary>Owners.</summary>
    Owners = 8,

    /// <summary>Privileges.</summary>
    Privileges = 16,
}
