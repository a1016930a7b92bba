using System.Globalization;

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

    /// <summary>The first number of a folder; null where the tool writes times alone.</summary>
    string? FirstNumber => null;

    /// <summary>A time in UTC as the tool writes it at the head of a name.</summary>
    string Time(DateTimeOffset now) => now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>The files of a new migration, the one that applies it first.</summary>
    /// <exception cref="MuedException">The convention's own tool must write them.</exception>
    IReadOnlyList<NewFile> Make(string version, string name);
}
