using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Mued.PsDb.Commands;

/// <summary>Completes a value that is no file. Where nothing fits, what was typed stays: PowerShell would propose files there.</summary>
public abstract class ValueCompleter : IArgumentCompleter
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
        var word = wordToComplete?.Trim('\'', '"') ?? "";
        var fitting = Values(parameterName, fakeBoundParameters ?? new Hashtable())
            .Where(value => value.ListItemText.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return fitting.Count > 0 ? fitting : [new CompletionResult(string.IsNullOrEmpty(wordToComplete) ? " " : wordToComplete)];
    }

    /// <summary>What there is to propose, whatever was typed; no database is asked.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="given">The other parameters, as far as they are typed.</param>
    /// <returns>The proposals; a proposal fits when its text in the list begins with what was typed.</returns>
    protected abstract IEnumerable<CompletionResult> Values(string parameter, IDictionary given);

    /// <summary>A proposal.</summary>
    /// <param name="value">The value.</param>
    /// <param name="hint">What it means; null where it says so itself.</param>
    /// <param name="quoted">Whether it is typed in quotes, since PowerShell would read something else.</param>
    /// <returns>The proposal.</returns>
    private protected static CompletionResult Proposal(string value, string? hint = null, bool quoted = false) =>
        new(
            quoted ? $"'{value.Replace("'", "''", StringComparison.Ordinal)}'" : value,
            value,
            CompletionResultType.ParameterValue,
            hint ?? value
        );

    /// <summary>A path as PowerShell's current location completes it.</summary>
    private protected static string FullPath(object path)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell
            .AddScript("param($path) $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path)", useLocalScope: true)
            .AddArgument(path)
            .Invoke<string>()[0];
    }
}
