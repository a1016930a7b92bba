using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Undo;

/// <summary>What a person should know of what scripts do to tables that stay, and of what does not come back as it was.</summary>
internal static class LossWarnings
{
    /// <summary>A sentence for each.</summary>
    public static IReadOnlyList<string> Of(DataLoss loss) =>
        [
            .. loss.RowsCounted ? [] : new[] { Texts.Get("UndoCountsOff") },
            .. loss.Changes.Select(Describe),
            .. loss.Rewrites.Select(Describe),
            .. loss.Schema.Remarks,
        ];

    private static string Describe(DataLoss.Change change) => Texts.Get("UndoChangesRows", change.Table, change.Updated, change.Deleted);

    private static string Describe(DataLoss.Rewrite rewrite) =>
        rewrite switch
        {
            { Column: null } => Texts.Get("UndoRewrites", rewrite.Table),
            { Attribute: null } => Texts.Get("UndoChangesType", rewrite.Table, rewrite.Column),
            _ => Texts.Get("UndoDropsAttribute", rewrite.Table, rewrite.Column, rewrite.Attribute),
        };
}
