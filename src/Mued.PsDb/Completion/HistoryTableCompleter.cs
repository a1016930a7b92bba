using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Mued.PsDb.Commands;

/// <summary>Completes the name of the history table with its default; no database is asked.</summary>
public sealed class HistoryTableCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        if (MigrationOptions.DefaultHistoryTable.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            yield return new CompletionResult(MigrationOptions.DefaultHistoryTable);
    }
}
