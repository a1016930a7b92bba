using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Undo;

/// <summary>What a person should know of the rows that scripts change in tables that stay.</summary>
internal static class LossWarnings
{
    /// <summary>A sentence for each change.</summary>
    public static IReadOnlyList<string> Of(DataLoss loss) => [.. loss.Changes.Select(Describe), .. loss.Rewrites.Select(Describe)];

    private static string Describe(DataLoss.Change change) => Texts.Get("UndoChangesRows", change.Table, change.Updated, change.Deleted);

    private static string Describe(DataLoss.Rewrite rewrite) =>
        rewrite switch
        {
            { Column: null } => Texts.Get("UndoRewrites", rewrite.Table),
            { Attribute: null } => Texts.Get("UndoChangesType", rewrite.Table, rewrite.Column),
            _ => Texts.Get("UndoDropsAttribute", rewrite.Table, rewrite.Column, rewrite.Attribute),
        };
}
