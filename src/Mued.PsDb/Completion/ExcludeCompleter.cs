using System.Management.Automation;
using Mued.PsDb.Files;

namespace Mued.PsDb.Commands;

/// <summary>Completes a pattern of file names with the names of the files in <c>-Path</c>.</summary>
public sealed class ExcludeCompleter : MigrationFileCompleter
{
    private protected override CompletionResult Proposal(MigrationFile file, MigrationFolder folder) =>
        Proposal(Path.GetRelativePath(folder.Path, file.Path).Replace('\\', '/'), quoted: true);
}
