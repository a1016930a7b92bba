namespace Mued.PsDb.Commands;

/// <summary>A cmdlet that can work on the schema of a tenant as on a database. All others refuse one that comes down the pipeline.</summary>
internal interface ITenantCmdlet
{
    /// <summary>A pattern for the schemas that are the targets; null where the databases are.</summary>
    string? TenantSchema { get; }

    /// <summary>The history table that each of them has; null for the usual one.</summary>
    string? HistoryTable => null;
}
