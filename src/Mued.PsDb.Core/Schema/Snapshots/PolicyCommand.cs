namespace Mued.PsDb;

/// <summary>The command that a policy is for (pg_policy.polcmd).</summary>
public enum PolicyCommand
{
    /// <summary>Every command.</summary>
    All,

    /// <summary>SELECT.</summary>
    Select,

    /// <summary>INSERT.</summary>
    Insert,

    /// <summary>UPDATE.</summary>
    Update,

    /// <summary>DELETE.</summary>
    Delete,
}
