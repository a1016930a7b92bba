namespace Mued.PsDb;

/// <summary>What an import made of a migration.</summary>
public enum ImportStatus : long
{
    /// <summary>The other tool has applied it, and our history says so now, or would.</summary>
    Imported,

    /// <summary>Our history said so before.</summary>
    Recorded,

    /// <summary>The other tool has not applied it, or it is repeatable and has changed since: it will run.</summary>
    Pending,
}
