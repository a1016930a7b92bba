namespace Mued.PsDb;

/// <summary>What a restore found or did about something that went from the schema.</summary>
public enum RestoredObjectStatus : long
{
    /// <summary>It is there as it was.</summary>
    Present,

    /// <summary>It was made again.</summary>
    Restored,

    /// <summary>It is not there: nothing was asked to be made, no statement is known, or applying the migrations makes it.</summary>
    Missing,

    /// <summary>It is there and not as it was; it was left so, because a newer migration or somebody else may have meant it.</summary>
    Different,

    /// <summary>The statement that makes it failed.</summary>
    Failed,
}
