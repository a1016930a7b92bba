namespace Mued.PsDb;

/// <summary>What a restore does about objects, comments and privileges that went and that the migrations have not made again.</summary>
public enum SchemaObjectsAction
{
    /// <summary>Makes them again.</summary>
    Restore,

    /// <summary>Only says which they are, with the statements that make them.</summary>
    Report,
}
