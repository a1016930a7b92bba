using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Mued.PsDb.Files;

namespace Mued.PsDb.Commands;

/// <summary>Completes a version with those of the files in <c>-Path</c>; no database is asked.</summary>
public sealed class VersionCompleter : IArgumentCompleter
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
        return Files(fakeBoundParameters?["Path"], fakeBoundParameters?["Layout"])
            .Where(file => !file.Repeatable && file.Version.Text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(file => new CompletionResult(
                $"'{file.Version.Text}'",
                file.Version.Text,
                CompletionResultType.ParameterValue,
                file.Name
            ));
    }

    private static IReadOnlyList<MigrationFile> Files(object? path, object? named)
    {
        var layout = LanguagePrimitives.TryConvertTo<MigrationLayout>(named, out var known) ? known : MigrationLayout.Auto;
        try
        {
            return MigrationFolder
                .Read(path is null ? BundledSql.Migrations : FullPath(path), exclude: [], allowDuplicateVersion: true, layout)
                .Files;
        }
        catch (Exception e) when (e is MuedException or RuntimeException)
        {
            // A folder that does not exist yet, or is on no file system, has nothing to propose.
            return [];
        }
    }

    private static string FullPath(object path)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell
            .AddScript("param($path) $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path)", useLocalScope: true)
            .AddArgument(path)
            .Invoke<string>()[0];
    }
}
