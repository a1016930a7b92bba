namespace Mued.PsDb;

/// <summary>When a trigger or a rule fires (pg_trigger.tgenabled, pg_rewrite.ev_enabled).</summary>
public enum TriggerState
{
    /// <summary>In ordinary sessions: the default.</summary>
    Enabled,

    /// <summary>Never.</summary>
    Disabled,

    /// <summary>Only in replication.</summary>
    Replica,

    /// <summary>In ordinary sessions and in replication.</summary>
    Always,
}
