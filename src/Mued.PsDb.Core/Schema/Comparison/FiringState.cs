using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>When triggers and rules fire, in words and as a statement.</summary>
internal static class FiringState
{
    /// <summary>What a check shows; null for the default.</summary>
    public static string? Words(TriggerState state) =>
        state switch
        {
            TriggerState.Enabled => null,
            TriggerState.Always => "(enabled always)",
            TriggerState.Replica => "(enabled in replication only)",
            _ => "(disabled)",
        };

    /// <summary>The statement that sets it for a TRIGGER or a RULE.</summary>
    public static string Set(string kind, ObjectName table, string name, TriggerState state)
    {
        var verb = state switch
        {
            TriggerState.Disabled => "DISABLE",
            TriggerState.Replica => "ENABLE REPLICA",
            TriggerState.Always => "ENABLE ALWAYS",
            _ => "ENABLE",
        };
        return $"ALTER TABLE {table} {verb} {kind} {ObjectName.Quote(name)}";
    }
}
