using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Mued.PsDb.Commands;

/// <summary>Completes a path with what PowerShell finds, narrowed to what the parameter takes.</summary>
public abstract class PathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    ) => CompletionCompleters.CompleteFilename(wordToComplete).Where(Fits);

    /// <summary>Whether a proposal is of use.</summary>
    /// <param name="proposal">A file or a folder.</param>
    /// <returns>True to show it.</returns>
    protected abstract bool Fits(CompletionResult proposal);
}
