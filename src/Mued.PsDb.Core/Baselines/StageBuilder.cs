using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Phase2;
using Mued.PsDb.Runs;
using Mued.PsDb.Safety;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Baselines;

/// <summary>Applies migrations to a sandbox one by one, and reads the schema after each.</summary>
/// <param name="connection">The sandbox.</param>
/// <param name="excluded">Tables that are left out, as schema.table.</param>
/// <param name="progress">Told each step.</param>
internal sealed class StageBuilder(NpgsqlConnection connection, IReadOnlyList<string> excluded, IProgress<RunProgress>? progress)
{
    private readonly SessionDefaults defaults = new(connection);

    /// <summary>The schema before and after what the folder builds on and does not make; null where that is nothing.</summary>
    public (SchemaSnapshot Before, SchemaSnapshot After)? Ground { get; private set; }

    /// <summary>The stages, the empty one first.</summary>
    /// <exception cref="MuedException">A migration does not run in the sandbox.</exception>
    public async Task<IReadOnlyList<SchemaStage>> MakeAsync(IReadOnlyList<MigrationFile> files, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync([ServerLimits.LiftInSession(connection, TimeSpan.Zero)], cancellationToken).ConfigureAwait(false);
        var stages = new List<SchemaStage> { new(0, null, await ReadAsync(connection, excluded, cancellationToken).ConfigureAwait(false)) };
        var before = stages[0].Schema.ToJson();
        foreach (var file in files)
        {
            progress?.Report(
                new(ProgressKind.Migration, Texts.Get("Baseline.Step.Apply", file.Name), file.Name, stages.Count, files.Count)
            );
            if (Phase2Set.NeedsBaseTables(file))
            {
                var ground = await LayGroundAsync(cancellationToken).ConfigureAwait(false);
                (Ground, before) = ((stages[^1].Schema, ground), ground.ToJson());
            }

            await ApplyAsync(file, cancellationToken).ConfigureAwait(false);
            var schema = await ReadAsync(connection, excluded, cancellationToken).ConfigureAwait(false);
            var after = schema.ToJson();
            var same = after == before;
            stages.Add(new(stages.Count, file, same ? stages[^1].Schema : schema) { Untraced = same && file.Sql.Statements.Count > 0 });
            before = after;
        }

        return stages;
    }

    /// <summary>Reads what a database holds, but for what depends on its name, its server and its roles.</summary>
    public static async Task<SchemaSnapshot> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyList<string> excluded,
        CancellationToken cancellationToken
    )
    {
        var schemas = await SchemaReader.SchemasAsync(connection, cancellationToken).ConfigureAwait(false);
        var scope = new SchemaScope
        {
            Schemas = schemas,
            Database = true,
            Exclude = excluded,
        };
        var schema = await SchemaReader.ReadAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        return schema with
        {
            Objects =
            [
                .. schema
                    .Objects.Where(item =>
                        item.Kind is not (ObjectKind.Setting or ObjectKind.SecurityLabel or ObjectKind.Database or ObjectKind.Subscription)
                    )
                    .Select(item => item.Kind == ObjectKind.Extension ? item.InAnyVersion() : item),
            ],
        };
    }

    private async Task<SchemaSnapshot> LayGroundAsync(CancellationToken cancellationToken)
    {
        var file = BundledSql.SandboxBase;
        var script = SqlScript.Parse(SqlFile.Decode(BundledSql.ReadAllBytes(file), file), file);
        await connection
            .ExecuteAsync(script.Statements.Select(script.TextOf).Select(BatchStep.Bare), cancellationToken)
            .ConfigureAwait(false);
        return await ReadAsync(connection, excluded, cancellationToken).ConfigureAwait(false);
    }

    private async Task ApplyAsync(MigrationFile file, CancellationToken cancellationToken)
    {
        var script = file.Sql;
        var texts = script.Statements.Select(script.TextOf).ToList();
        if (script.Mode == ScriptMode.Transactional)
        {
            await TryAsync(file, 0, [Begin(script), .. texts.Select(BatchStep.Bare), "COMMIT"], cancellationToken).ConfigureAwait(false);
        }
        else
        {
            for (var i = 0; i < texts.Count; i++)
                await TryAsync(file, i, [BatchStep.Bare(texts[i])], cancellationToken).ConfigureAwait(false);
        }

        await connection.ExecuteAsync(["BEGIN", .. defaults.Restore(script), "COMMIT"], cancellationToken).ConfigureAwait(false);
    }

    private static BatchStep Begin(SqlScript script) => script.TransactionModes is { } modes ? (BatchStep)$"BEGIN {modes}" : "BEGIN";

    // A role that a migration names is none of the sandbox's.
    private async Task TryAsync(MigrationFile file, int first, IReadOnlyList<BatchStep> steps, CancellationToken cancellationToken)
    {
        for (var again = true; ; again = false)
        {
            try
            {
                await connection.ExecuteAsync(steps, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e)
            {
                if (file.Sql.Mode == ScriptMode.Transactional)
                    await connection.ExecuteAsync(["ROLLBACK"], cancellationToken).ConfigureAwait(false);
                if (
                    !again
                    || e.SqlState != PostgresErrorCodes.UndefinedObject
                    || !await MissingRoles.MakeAsync(connection, file.Sql.Text, cancellationToken).ConfigureAwait(false)
                )
                    throw Failed(file, first, e);
            }
        }
    }

    private static MuedException Failed(MigrationFile file, int first, PostgresException e)
    {
        var script = file.Sql;
        var at = script.Statements.Skip(first).ToList().FindIndex(statement => script.TextOf(statement) == e.BatchCommand?.CommandText);
        var error = ServerError.From(e, script, at < 0 ? null : first + at, file.Name);
        return Texts.Error(
            "BaselineSandboxFailed",
            ExitCode.Usage,
            new ErrorPlace(error.File, error.Line, error.Column, error.SqlState, file.Name),
            e,
            error.Message
        );
    }
}
