using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Verification;

/// <summary>
/// Reads two sources of one scope, and compares them. A file or a folder says what it covers; of two databases all is compared.
/// </summary>
internal sealed class SourceComparer(SchemaCompareOptions options, IProgress<RunProgress>? progress)
{
    private SchemaSnapshot? reference;

    /// <summary>What the comparisons say nothing about.</summary>
    public IReadOnlyList<string> NotCompared { get; private set; } = [];

    /// <summary>Reads a reference that is no database: once for all targets.</summary>
    public async Task LoadReferenceAsync(CancellationToken cancellationToken) =>
        reference = await HeldAsync(options.Reference, cancellationToken).ConfigureAwait(false);

    /// <summary>Compares a target.</summary>
    public async Task<ComparedSchema> CompareAsync(SchemaSource source, bool statements, CancellationToken cancellationToken)
    {
        var held = await HeldAsync(source, cancellationToken).ConfigureAwait(false);
        var from = reference is null ? await OpenAsync(options.Reference, cancellationToken).ConfigureAwait(false) : null;
        await using var _ = new Closing(from).ConfigureAwait(false);
        var to = held is null ? await OpenAsync(source, cancellationToken).ConfigureAwait(false) : null;
        await using var __ = new Closing(to).ConfigureAwait(false);

        var expected = reference ?? await ReadAsync(from!, options.Reference, held, cancellationToken).ConfigureAwait(false);
        var actual = held ?? await ReadAsync(to!, source, reference, cancellationToken).ConfigureAwait(false);
        var scope = Common(expected.Scope, actual.Scope);
        (expected, actual) = (expected.WithRoles(options.Roles) with { Scope = scope }, actual with { Scope = scope });
        NotCompared = Schema.NotCompared.For(expected);

        progress?.Report(new(ProgressKind.Step, Texts.Get("Compare.Step.Compare", source.Name)));
        var comparison = new SchemaComparison(expected, actual, strict: true).Run();
        var checks = (to ?? from) is { } connection
            ? await NormalForm.SettleAsync(connection, comparison, cancellationToken).ConfigureAwait(false)
            : comparison.Checks;
        var compared = new ComparedSchema(source.Name)
        {
            ServerVersion = actual.ServerVersion,
            Checks = checks.Count,
            Differences = [.. checks.Where(check => check.Status != CheckStatus.Passed)],
        };
        if (!statements || compared.Equal)
            return compared;
        progress?.Report(new(ProgressKind.Step, Texts.Get("Compare.Step.Try")));
        return await SchemaTrial.RunAsync(compared, expected, actual, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SchemaSnapshot?> HeldAsync(SchemaSource source, CancellationToken cancellationToken)
    {
        if (source.File is { } file)
            return SnapshotFile.Load(file);
        if (source.Folder is null)
            return null;
        return await ScratchSchema.MakeWholeAsync(source.Folder, options, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<NpgsqlConnection> OpenAsync(SchemaSource source, CancellationToken cancellationToken)
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("Schema.Step.Read", source.Name)));
        return await source.Database!.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a database: what the other side is about, or all.</summary>
    private async Task<SchemaSnapshot> ReadAsync(
        NpgsqlConnection connection,
        SchemaSource source,
        SchemaSnapshot? other,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var whole = other?.Scope.Database ?? options.Schemas.Count == 0;
            var schemas = whole ? await SchemaReader.SchemasAsync(connection, cancellationToken).ConfigureAwait(false) : options.Schemas;
            if (other is not null)
            {
                var like = whole ? other with { Scope = other.Scope with { Schemas = [.. other.Scope.Schemas.Union(schemas)] } } : other;
                return await SchemaReader.ReadAsync(connection, SchemaQuery.For(like), cancellationToken).ConfigureAwait(false);
            }

            var scope = new SchemaScope
            {
                Schemas = schemas,
                Database = whole,
                Owners = options.Owners,
                Privileges = options.Privileges,
            };
            return await SchemaReader.ReadAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (CatalogFailure.Covers(e) && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFailure.From(e, source.Database!);
        }
    }

    /// <summary>What both sides cover; a schema of either is covered, for the other has it or lacks it.</summary>
    private SchemaScope Common(SchemaScope one, SchemaScope other) =>
        one with
        {
            Schemas = one.Database || options.Schemas.Count > 0 ? [.. one.Schemas.Union(other.Schemas)] : one.Schemas,
            Database = one.Database && other.Database,
            Owners = one.Owners && other.Owners && options.Owners,
            Privileges = one.Privileges && other.Privileges && options.Privileges,
        };

    /// <summary>Closes a connection that may not be there.</summary>
    private sealed class Closing(NpgsqlConnection? connection) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => connection?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
