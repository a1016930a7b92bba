using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Completes folders.</summary>
public sealed class FolderCompleter : PathCompleter
{
    /// <inheritdoc/>
    protected override bool Fits(CompletionResult proposal) => proposal?.ResultType == CompletionResultType.ProviderContainer;
}
