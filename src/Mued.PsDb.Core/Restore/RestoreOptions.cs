namespace Mued.PsDb;

/// <summary>What a restore is asked to do.</summary>
public sealed record RestoreOptions : RunOptions
{
    /// <summary>The folder of the backup.</summary>
    public required string Path { get; init; }

    /// <summary>What to do with rows that others have written since the undo, under the same key or in the way of a unique rule.</summary>
    public ConflictAction OnConflict { get; init; }

    /// <summary>What to do about objects, comments and privileges of the backup that are not there.</summary>
    public SchemaObjectsAction SchemaObjects { get; init; }

    /// <summary>Loads the backup although it was taken from another database.</summary>
    public bool AllowOtherDatabase { get; init; }

    private protected override TimeSpan DefaultMaxBlocking => TimeSpan.Zero;
}
