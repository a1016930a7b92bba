using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Completes a table with those of the schema file that <c>-Template</c> or <c>-Path</c> names; without one with a schema.</summary>
public sealed class TableCompleter : ValueCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<CompletionResult> Values(string parameter, IDictionary given)
    {
        try
        {
            if ((given["Template"] ?? given["Path"]) is { } file && File.Exists(FullPath(file)))
                return [.. SnapshotFile.Load(FullPath(file)).Relations.Select(table => Proposal($"{table.Schema}.{table.Name}"))];
        }
        catch (Exception e) when (e is MuedException or RuntimeException)
        {
            // Another kind of file, or one on no file system, tells no tables.
        }

        return [Proposal("public.")];
    }
}
