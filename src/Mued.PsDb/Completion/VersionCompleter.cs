using System.Management.Automation;
using Mued.PsDb.Files;

namespace Mued.PsDb.Commands;

/// <summary>Completes a version with those of the files in <c>-Path</c>, as texts: a bare 0006 would become the number 6.</summary>
public sealed class VersionCompleter : MigrationFileCompleter
{
    private protected override CompletionResult? Proposal(MigrationFile file, MigrationFolder folder) =>
        file.Repeatable ? null : Proposal(file.Version.Text, file.Name, quoted: true);
}
