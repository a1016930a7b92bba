using Mued.PsDb.Sql;

namespace Mued.PsDb.Files;

/// <summary>The name of the table that holds the history of a folder's migrations, and of what stands beside it.</summary>
internal static class HistoryName
{
    /// <summary>The name unless the caller chooses another.</summary>
    public const string Default = "public.mued_schema_history";

    /// <summary>The table of what undos took, beside a history.</summary>
    public static string Undone(ObjectName history) =>
        new ObjectName(history.Schema, (history.Name.Length <= 56 ? history.Name : history.Name[..56]) + "_undone").ToString();

    /// <summary>The tables that are no part of a schema: the history, and what stands beside it.</summary>
    public static IReadOnlyList<string> Tables(string history) => [history, Undone(ObjectName.Parse(history))];
}
