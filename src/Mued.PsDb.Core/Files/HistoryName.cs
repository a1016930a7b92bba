namespace Mued.PsDb.Files;

/// <summary>The name of the table that holds the history of a folder's migrations.</summary>
internal static class HistoryName
{
    /// <summary>The name unless the caller chooses another.</summary>
    public const string Default = "public.mued_schema_history";
}
