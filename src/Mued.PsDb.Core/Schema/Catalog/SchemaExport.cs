using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb;

/// <summary>Makes an expected schema from a live database.</summary>
public static class SchemaExport
{
    /// <summary>Connects and reads a snapshot; <see cref="SnapshotFile.Save"/> writes it.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to read.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="MuedException">
    /// The template cannot be read, a name is malformed or names nothing (exit code 2), the server not reached (3), or the role may not read seed rows
    /// (1).
    /// </exception>
    public static async Task<SchemaSnapshot> RunAsync(
        ConnectionSettings settings,
        SchemaExportOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        if (options.WholeDatabase && options.Schemas.Count + options.Tables.Count > 0)
            throw Texts.Usage("TwoScopes");
        var template = options.Template is { } path ? SnapshotFile.Load(path) : null;
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);

        progress?.Report(new(ProgressKind.Step, Texts.Get("Schema.Step.Read", settings.Target)));
        var seeds = (options.Seeds.Count > 0 ? options.Seeds : template?.Seeds ?? []).Select(seed => seed with { Rows = [] }).ToList();
        SchemaScope scope;
        SchemaSnapshot snapshot;
        try
        {
            scope = await ScopeAsync(connection, options, template, cancellationToken).ConfigureAwait(false);
            snapshot = await SchemaReader.ReadAsync(connection, new SchemaQuery(scope, [], seeds), cancellationToken).ConfigureAwait(false);
            if (options.IncludeSizes)
                snapshot = WithSizes(snapshot, await SizeReader.ReadAsync(connection, [], cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (CatalogFailure.Covers(e) && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFailure.From(e, settings);
        }

        EnsureWhole(snapshot, scope, settings);
        return snapshot with { JsonSchema = template?.JsonSchema, Forbidden = template?.Forbidden ?? [], Integrity = template?.Integrity };
    }

    private static void EnsureWhole(SchemaSnapshot snapshot, SchemaScope scope, ConnectionSettings settings)
    {
        // A file that does not hold what somebody named would pass for ever.
        var found = snapshot.Relations.Select(relation => relation.QualifiedName);
        List<string> missing =
        [
            .. snapshot.MissingSchemas.Select(ObjectName.Quote),
            .. scope.Tables.Select(ObjectName.Parse).Except(found).Select(name => name.ToString()),
        ];
        if (missing.Count > 0)
            throw Texts.Error(
                "ScopeNotFound",
                ExitCode.Usage,
                new ErrorPlace(TargetName: settings.Target),
                null,
                settings.Target,
                string.Join(", ", missing)
            );

        foreach (var seed in snapshot.Seeds)
        {
            // A file without rows that somebody asked for would pass where they are missing.
            if (seed.Obstacle is { } obstacle)
                throw Texts.Error(
                    "SeedUnreadable",
                    ExitCode.CheckFailed,
                    new ErrorPlace(TargetName: seed.Table),
                    null,
                    seed.Table,
                    obstacle.Detail
                );
        }
    }

    private static SchemaSnapshot WithSizes(SchemaSnapshot snapshot, IReadOnlyDictionary<ObjectName, RelationSize> sizes) =>
        snapshot with
        {
            Relations =
            [
                .. snapshot.Relations.Select(relation =>
                    sizes.TryGetValue(relation.QualifiedName, out var size)
                        ? relation with
                        {
                            EstimatedRows = size.Rows,
                            Bytes = size.Bytes,
                        }
                        : relation
                ),
            ],
        };

    private static async Task<SchemaScope> ScopeAsync(
        NpgsqlConnection connection,
        SchemaExportOptions options,
        SchemaSnapshot? template,
        CancellationToken cancellationToken
    )
    {
        var scope =
            options.WholeDatabase
                ? new()
                {
                    Schemas = await SchemaReader.SchemasAsync(connection, cancellationToken).ConfigureAwait(false),
                    Database = true,
                    Owners = true,
                    Privileges = true,
                }
            : options.Schemas.Count + options.Tables.Count > 0 ? new() { Schemas = options.Schemas, Tables = options.Tables }
            : template?.Scope ?? SchemaScope.OfSchemas("public");
        return scope with
        {
            Owners = options.IncludeOwners ?? scope.Owners,
            Privileges = options.IncludePrivileges ?? scope.Privileges,
            Exclude = HistoryName.Tables(options.HistoryTable),
        };
    }
}
