using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Completes files, and the folders on the way to them.</summary>
public sealed class FileCompleter : PathCompleter
{
    /// <inheritdoc/>
    protected override bool Fits(CompletionResult proposal) => true;
}
