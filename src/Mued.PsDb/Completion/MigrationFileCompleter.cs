using System.Collections;
using System.Management.Automation;
using Mued.PsDb.Files;

namespace Mued.PsDb.Commands;

/// <summary>Completes with what the files of the folder in <c>-Path</c> say.</summary>
public abstract class MigrationFileCompleter : ValueCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<CompletionResult> Values(string parameter, IDictionary given) =>
        Folder(given) is { } folder ? folder.Files.Select(file => Proposal(file, folder)).OfType<CompletionResult>() : [];

    /// <summary>What a file has to propose.</summary>
    /// <param name="file">A migration of the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The proposal; null for none.</returns>
    private protected abstract CompletionResult? Proposal(MigrationFile file, MigrationFolder folder);

    private static MigrationFolder? Folder(IDictionary given)
    {
        var path = given["Path"];
        try
        {
            var project = ProjectSearch.Find(FullPath("."));
            var folder = FolderChoice.Of(path is null ? null : FullPath(path), LanguagePrimitives.IsTrue(given["Phase2"]), project);
            var layout = LanguagePrimitives.TryConvertTo<MigrationLayout?>(given["Layout"], out var named) ? named : null;
            return MigrationFolder.Read(folder.Path, exclude: [], allowDuplicateVersion: true, folder.LayoutOf(layout));
        }
        catch (Exception e) when (e is MuedException or RuntimeException)
        {
            // A folder that does not exist yet, or is on no file system, has nothing to propose.
            return null;
        }
    }
}
