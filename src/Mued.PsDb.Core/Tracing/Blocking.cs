namespace Mued.PsDb;

/// <summary>Whom a lock keeps waiting (PostgreSQL manual, Explicit Locking, table of conflicting modes).</summary>
public enum Blocking : long
{
    /// <summary>Neither those who read nor those who write rows.</summary>
    None,

    /// <summary>Those who write.</summary>
    Writes,

    /// <summary>Those who read, and those who write.</summary>
    Reads,
}
