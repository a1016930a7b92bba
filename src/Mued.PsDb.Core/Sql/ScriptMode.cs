namespace Mued.PsDb;

/// <summary>How a statement, or a whole script, runs.</summary>
public enum ScriptMode
{
    /// <summary>Inside one transaction.</summary>
    Transactional,

    /// <summary>Statement by statement, outside a transaction.</summary>
    NonTransactional,
}
