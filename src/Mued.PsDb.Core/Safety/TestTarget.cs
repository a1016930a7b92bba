using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Safety;

/// <summary>What is read of the database that the migrations are for. Nothing is changed there.</summary>
/// <param name="Major">The major version of its server.</param>
/// <param name="History">The migrations that it has.</param>
/// <param name="Sizes">How large its tables are.</param>
/// <param name="Schema">Its schema; null where a base was given.</param>
internal sealed record TestTarget(
    int Major,
    IReadOnlyList<HistoryRow> History,
    IReadOnlyDictionary<ObjectName, RelationSize> Sizes,
    SchemaSnapshot? Schema
)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="MuedException">There is no connection, or the history or the catalogs cannot be read.</exception>
    public static async Task<TestTarget> ReadAsync(
        ConnectionSettings settings,
        MigrationTestOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("Schema.Step.Read", settings.Target)));
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            var inspection = await DatabaseInspection
                .ReadAsync(connection, new(options.Migrations.HistoryTable), [], [], lockTimeout: null, cancellationToken)
                .ConfigureAwait(false);
            var sizes = await SizeReader.ReadAsync(connection, [], cancellationToken).ConfigureAwait(false);
            SchemaSnapshot? schema = null;
            if (options.Base is null)
            {
                var schemas = await SchemaReader.SchemasAsync(connection, cancellationToken).ConfigureAwait(false);
                var scope = new SchemaScope
                {
                    Schemas = schemas,
                    Database = true,
                    Exclude = [options.Migrations.HistoryTable],
                };
                schema = await SchemaReader.ReadAsync(connection, scope, cancellationToken).ConfigureAwait(false);
            }

            return new(connection.PostgreSqlVersion.Major, inspection.History, sizes, schema);
        }
        catch (Exception e) when (CatalogFailure.Covers(e) && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFailure.From(e, settings);
        }
    }
}
