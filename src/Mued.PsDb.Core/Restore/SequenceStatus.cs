namespace Mued.PsDb;

/// <summary>What a restore did with a sequence.</summary>
public enum SequenceStatus : long
{
    /// <summary>It stands where it stood before the undo.</summary>
    Restored,

    /// <summary>It had gone on behind that since, and stays there: no number is given out twice.</summary>
    Ahead,

    /// <summary>There is no such sequence.</summary>
    Missing,

    /// <summary>Its bounds do not hold the number.</summary>
    OutOfBounds,
}
