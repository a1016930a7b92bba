using System.Collections;
using System.Management.Automation;
using Mued.PsDb.Files;

namespace Mued.PsDb.Commands;

/// <summary>
/// Completes a version with those of the files in <c>-Path</c>, as texts: a bare 0006 would become the number 6. A baseline may also be Auto.
/// </summary>
public sealed class VersionCompleter : MigrationFileCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<CompletionResult> Values(string parameter, IDictionary given) =>
        parameter == nameof(InvokeMuedMigrationCommand.Baseline)
            ? base.Values(parameter, given).Prepend(Proposal(BaselineSearch.Auto))
            : base.Values(parameter, given);

    private protected override CompletionResult? Proposal(MigrationFile file, MigrationFolder folder) =>
        file.Repeatable ? null : Proposal(file.Version.Text, file.Name, quoted: true);
}
