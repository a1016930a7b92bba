using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Mued.PsDb.Tracing;
using Npgsql;

namespace Mued.PsDb.Safety;

/// <summary>
/// Proves the safe form of statements before it is shown: in two copies of a sandbox one runs the statement and the other the form, which must
/// end in the same schema and without such a finding.
/// </summary>
/// <param name="server">The sandbox.</param>
/// <param name="template">The database that the migrations began with; nobody is connected to it.</param>
/// <param name="sizes">How large tables are, by name.</param>
/// <param name="small">Which tables are small.</param>
internal sealed class SafeFormProof(
    SandboxServer server,
    string template,
    IReadOnlyDictionary<ObjectName, RelationSize> sizes,
    SmallTable small
)
{
    private static readonly HashSet<string> Rules = [SafetyRules.BlockingScan, SafetyRules.BlockingIndexBuild];

    // Each takes three copies of a database.
    private const int MostProofs = 50;

    private int copies;

    /// <summary>The findings, those of them with a safe form that have one which was proven.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="traces">What the migrations did.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<SafetyFinding>> AddAsync(
        IReadOnlyList<SafetyFinding> findings,
        IReadOnlyList<MigrationTrace> traces,
        CancellationToken cancellationToken
    )
    {
        var proven = new List<SafetyFinding>(findings.Count);
        var tried = 0;
        foreach (var finding in findings)
        {
            var trace = traces.First(trace => trace.Name == finding.Migration);
            IReadOnlyList<string> form = [];
            if (Rules.Contains(finding.Rule) && trace.Statements[finding.Number - 1].Traced && ++tried <= MostProofs)
                form = await TryAsync(traces, trace, finding.Number - 1, cancellationToken).ConfigureAwait(false);
            proven.Add(form.Count == 0 ? finding : finding with { Rewrite = form, Proven = true });
        }

        return proven;
    }

    // A statement that needs the transaction of those before it cannot be run alone; then nothing is proven, and nothing shown.
    private async Task<IReadOnlyList<string>> TryAsync(
        IReadOnlyList<MigrationTrace> traces,
        MigrationTrace trace,
        int index,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await FormAsync(traces, trace, index, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<string>> FormAsync(
        IReadOnlyList<MigrationTrace> traces,
        MigrationTrace trace,
        int index,
        CancellationToken cancellationToken
    )
    {
        var before = await CopyAsync(template, cancellationToken).ConfigureAwait(false);
        foreach (var earlier in traces.TakeWhile(earlier => earlier != trace))
            await ExecuteAsync(before.Settings, earlier.Script, earlier.Script.Statements.Count, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(before.Settings, trace.Script, index, cancellationToken).ConfigureAwait(false);

        var (plain, safe) = (
            await CopyAsync(before.Name, cancellationToken).ConfigureAwait(false),
            await CopyAsync(before.Name, cancellationToken).ConfigureAwait(false)
        );
        var form = await RunPlainAsync(plain.Settings, trace, index, cancellationToken).ConfigureAwait(false);
        return
            form.Count > 0
            && await IsSafeAsync(safe.Settings, form, cancellationToken).ConfigureAwait(false)
            && await SchemaAsync(plain.Settings, cancellationToken).ConfigureAwait(false)
                == await SchemaAsync(safe.Settings, cancellationToken).ConfigureAwait(false)
            ? form
            : [];
    }

    private async Task<(string Name, ConnectionSettings Settings)> CopyAsync(string original, CancellationToken cancellationToken)
    {
        var name = $"proof_{++copies}";
        return (name, await SandboxDatabase.CopyAsync(server, name, original, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyList<string>> RunPlainAsync(
        ConnectionSettings settings,
        MigrationTrace trace,
        int index,
        CancellationToken cancellationToken
    )
    {
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var script = trace.Script;
        var session = script.Statements.Take(index).Select(script.TextOf).Where(SqlCommand.SetsForTheSession);
        foreach (var statement in session.Append(script.TextOf(script.Statements[index])))
            await connection.ExecuteAsync([BatchStep.Bare(statement)], cancellationToken).ConfigureAwait(false);
        return await SafeForm.OfAsync(connection, trace.Statements[index].Changes, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsSafeAsync(ConnectionSettings settings, IReadOnlyList<string> form, CancellationToken cancellationToken)
    {
        List<MigrationFile> files =
        [
            .. form.Select(
                (sql, i) => new MigrationFile($"form_{i}", MigrationVersion.None, $"form_{i}", SqlScript.Parse(sql, $"form_{i}"))
            ),
        ];
        var run = new SandboxRun(settings, sizes, small, null);
        var error = await run.RunAsync(new(new("", files, [], []), [], files), cancellationToken).ConfigureAwait(false);
        return error is null && run.Findings.All(finding => finding.Severity != FindingSeverity.Error);
    }

    private static async Task<string> SchemaAsync(ConnectionSettings settings, CancellationToken cancellationToken)
    {
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var schemas = await SchemaReader.SchemasAsync(connection, cancellationToken).ConfigureAwait(false);
        return (
            await SchemaReader.ReadAsync(connection, SchemaScope.OfSchemas([.. schemas]), cancellationToken).ConfigureAwait(false)
        ).ToJson();
    }

    private static async Task ExecuteAsync(ConnectionSettings settings, SqlScript script, int count, CancellationToken cancellationToken)
    {
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        foreach (var statement in script.Statements.Take(count))
            await connection.ExecuteAsync([BatchStep.Bare(script.TextOf(statement))], cancellationToken).ConfigureAwait(false);
    }
}
