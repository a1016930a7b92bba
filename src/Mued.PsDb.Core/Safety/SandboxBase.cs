using System.Text.RegularExpressions;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Safety;

/// <summary>Makes, in a sandbox, what the tested migrations build on.</summary>
/// <param name="sandbox">The database.</param>
internal sealed partial class SandboxBase(ConnectionSettings sandbox)
{
    /// <summary>Runs a SQL file; what pg_dump writes for psql alone is passed over.</summary>
    /// <returns>What is not in the sandbox, in words.</returns>
    /// <exception cref="MuedException">The file cannot be read, or a statement fails.</exception>
    public async Task<IReadOnlyList<string>> FromScriptAsync(string file, CancellationToken cancellationToken)
    {
        var script = SqlScript.Parse(PsqlLine().Replace(FolderFile.ReadText(file), ""), file);
        var failed = await LoadAsync([.. script.Statements.Select(script.TextOf)], cancellationToken).ConfigureAwait(false);

        // An extension that is not installed here is no fault of the file.
        var (extensions, others) = (
            failed.Where(item => IsExtension(item.Index)).ToList(),
            failed.Where(item => !IsExtension(item.Index)).ToList()
        );
        if (others.Count > 0)
            throw ServerError.From(others[0].Error, script, others[0].Index, Path.GetFileName(file));
        return [.. extensions.Select(item => item.Error.MessageText)];

        bool IsExtension(int index) =>
            script.CommandOf(script.Statements[index]) is "CREATE EXTENSION"
            || script.TextOf(script.Statements[index]).StartsWith("COMMENT ON EXTENSION", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Makes what a snapshot describes, as far as a sandbox can hold it.</summary>
    /// <returns>What is not in the sandbox, in words.</returns>
    public async Task<IReadOnlyList<string>> FromSnapshotAsync(SchemaSnapshot snapshot, CancellationToken cancellationToken)
    {
        var (statements, left) = SnapshotScript.Of(snapshot);
        var failed = await LoadAsync(statements, cancellationToken).ConfigureAwait(false);

        // Partitions and inherited constraints come with their parents.
        return
        [
            .. left,
            .. failed
                .Where(item =>
                    SqlStates.FaultOf(item.Error.SqlState) != ServerFault.ObjectExists
                    && item.Error.SqlState != PostgresErrorCodes.InvalidTableDefinition
                )
                .Select(item => item.Error.MessageText),
        ];
    }

    private async Task<IReadOnlyList<(int Index, PostgresException Error)>> LoadAsync(
        IReadOnlyList<string> statements,
        CancellationToken cancellationToken
    )
    {
        var connection = await sandbox.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await new BaseLoader(connection).RunAsync(statements, cancellationToken).ConfigureAwait(false);
    }

    [GeneratedRegex(@"^\\(restrict|unrestrict|connect)\b.*$", RegexOptions.Multiline)]
    private static partial Regex PsqlLine();
}
