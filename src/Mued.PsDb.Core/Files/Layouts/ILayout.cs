namespace Mued.PsDb.Files;

/// <summary>One convention of migration folders: how it is recognised, and what its files mean.</summary>
internal interface ILayout
{
    /// <summary>Its name.</summary>
    MigrationLayout Name { get; }

    /// <summary>Whether its files have placeholders that are filled in.</summary>
    bool HasPlaceholders => false;

    /// <summary>The first thing in the folder that only this convention has; null when there is none.</summary>
    LayoutMark? Find(FolderContents folder);

    /// <summary>What the folder holds, read by this convention, in any order.</summary>
    /// <exception cref="MuedException">The convention does not allow what is there.</exception>
    IEnumerable<LayoutPart> Read(FolderContents folder);
}
