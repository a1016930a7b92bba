using System.Text;
using System.Text.Json;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>
/// The statements that read a <see cref="SchemaSnapshot"/> from the system catalogs, to be put at the end of any batch, and the reading of
/// their results.
/// </summary>
/// <param name="scope">What to read.</param>
/// <param name="others">Other objects, by name.</param>
/// <param name="seeds">Seed rows; a seed table without rows takes all that are there.</param>
/// <param name="formatVersion">The version of the file format whose kinds are read.</param>
/// <param name="named">Objects of further kinds, by name, where the scope does not cover them all.</param>
/// <param name="selection">Single objects to read; null reads the whole scope.</param>
internal sealed class SchemaQuery(
    SchemaScope scope,
    IReadOnlyList<ObjectName> others,
    IReadOnlyList<SeedTable> seeds,
    int formatVersion = SchemaSnapshot.CurrentFormatVersion,
    IReadOnlyList<ObjectSnapshot>? named = null,
    SchemaSelection? selection = null
)
{
    private readonly List<CatalogQuery> queries =
    [
        .. CatalogQueries.All.Where(query =>
            (PartsOf(scope, named, formatVersion) | (selection is null ? 0 : CatalogPart.Pieces)).HasFlag(query.Part)
        ),
    ];

    /// <summary>Asks for what an expectation is about: its scope, every object that it names, and its seed rows.</summary>
    public static SchemaQuery For(SchemaSnapshot expected)
    {
        var others = expected
            .Enums.Select(e => new ObjectName(e.Schema, e.Name))
            .Concat(expected.Domains.Select(d => new ObjectName(d.Schema, d.Name)))
            .Concat(expected.Sequences.Select(s => new ObjectName(s.Schema, s.Name)))
            .Concat(expected.Functions.Select(f => new ObjectName(f.Schema, f.Name)));
        // A scope of tables may name fewer than the file holds, once a person has added some by hand.
        var tables = expected
            .Scope.Tables.Select(ObjectName.Parse)
            .Concat(expected.Relations.Select(r => r.QualifiedName).Where(name => !expected.Scope.Schemas.Contains(name.Schema)))
            .Concat(expected.Forbidden.Select(f => ObjectName.Parse(f.Table)))
            .Distinct()
            .Select(name => name.ToString());
        var scope = expected.Scope with { Tables = [.. tables] };
        var named = expected.Objects.Where(item => !IsCovered(item, scope)).ToList();
        return new(scope, [.. others.Distinct()], expected.Seeds, expected.FormatVersion, named);
    }

    // Statistics hang on tables, and everything else lies in a schema or in the database.
    private static bool IsCovered(ObjectSnapshot item, SchemaScope scope) =>
        item.Kind == ObjectKind.Statistics || scope.Database || scope.Schemas.Count > 0;

    /// <summary>Adds the statements, which leave the settings of a surrounding transaction as they were.</summary>
    public void AddTo(SqlBatch batch)
    {
        var parameters = new CatalogScope(
            scope,
            others,
            [.. scope.Schemas, .. (named ?? []).Select(SchemaOf).OfType<string>().Distinct()],
            relationsOfSchemas: selection is null
        );
        batch.Add(CatalogSession.Begin, parameters.Find());
        batch.Add(queries.Select(parameters.StepOf));
        batch.Add(seeds.Select(seed => (BatchStep)SeedQuery(seed).ToCommand()));
        batch.Add(CatalogSession.End);
    }

    /// <summary>Reads the results; the reader stands on the first of them, and ends on the last.</summary>
    public async Task<SchemaSnapshot> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var session = await CatalogSession.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var missing = await reader
            .RowsAsync(_ => JsonText.Texts(new CatalogRow(reader).TextOrNull("no_schemas")), cancellationToken)
            .ConfigureAwait(false);
        var parts = new SnapshotParts(session.User, exact: selection is not null);
        foreach (var query in queries)
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var row = new CatalogRow(reader);
                if (selection is null || selection.Has(query.ObjectOf(row), query is RelationQuery))
                    query.Read(row, parts);
            }

            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        var seedTables = new List<SeedTable>(seeds.Count);
        foreach (var seed in seeds)
        {
            var result = await GuardedQuery.ReadAsync(reader, session.User, cancellationToken).ConfigureAwait(false);
            seedTables.Add(SeedOf(seed, result));
        }

        var snapshot = parts.Complete(scope, session.ServerVersion) with { Seeds = seedTables, MissingSchemas = missing[0] };
        return named is [_, ..] ? snapshot with { Objects = [.. OfScope(snapshot.Objects)] } : snapshot;
    }

    /// <summary>
    /// What the scope covers and what is named: the kinds are read whole. An extension that is expected in any version is in this one.
    /// </summary>
    private IEnumerable<ObjectSnapshot> OfScope(IReadOnlyList<ObjectSnapshot> objects)
    {
        var expected = named!.ToDictionary(item => (item.Kind, item.Name), item => item.Definition);
        foreach (var item in objects)
        {
            if (!expected.TryGetValue((item.Kind, item.Name), out var definition) && !IsCovered(item, scope))
                continue;
            yield return item.Kind == ObjectKind.Extension && definition?.Contains(" VERSION ", StringComparison.Ordinal) == false
                ? item.InAnyVersion()
                : item;
        }
    }

    private static string? SchemaOf(ObjectSnapshot item) =>
        (item.Kind == ObjectKind.Schema ? item.Name : ObjectName.FirstOf(item.Name)) is { } schema
        && !schema.Contains('(', StringComparison.Ordinal)
            ? ObjectName.Parse(schema + ".x").Schema
            : null;

    private static CatalogPart PartsOf(SchemaScope scope, IReadOnlyList<ObjectSnapshot>? named, int formatVersion) =>
        formatVersion < 2
            ? CatalogPart.Core
            : CatalogPart.Objects
                | (named is [_, ..] ? CatalogPart.Schemas | CatalogPart.Database : 0)
                | (scope.Schemas.Count > 0 || scope.Database ? CatalogPart.Schemas : 0)
                | (scope.Database ? CatalogPart.Database : 0)
                | (scope.Owners ? CatalogPart.Owners : 0)
                | (scope.Privileges ? CatalogPart.Privileges : 0);

    private static SeedTable SeedOf(SeedTable seed, GuardedResult result)
    {
        if (result.Value is not { } value)
            return seed with { Rows = [], Obstacle = result.Obstacle };
        var rows = value
            .EnumerateArray()
            .Select(item =>
                (IReadOnlyDictionary<string, JsonElement>)
                    seed.Columns.ToDictionary(column => column, item.GetProperty, StringComparer.Ordinal)
            )
            .OrderBy(item => SeedRows.Canonical(item, seed.Key), StringComparer.Ordinal);
        return seed with { Rows = [.. rows], Obstacle = null };
    }

    private static GuardedQuery SeedQuery(SeedTable seed)
    {
        var table = ObjectName.Parse(seed.Table);
        var sql = new StringBuilder("SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM (SELECT ")
            .AppendJoin(", ", seed.Columns.Select(column => "t." + ObjectName.Quote(column)))
            .Append(" FROM ")
            .Append(table)
            .Append(" AS t");
        if (seed.Rows.Count > 0)
        {
            // Compared as text, so that a key column of another type is a difference and not an error.
            for (var i = 0; i < seed.Key.Count; i++)
            {
                var key = seed.Key[i];
                sql.Append(i == 0 ? " WHERE " : " AND ")
                    .Append("(to_jsonb(t.")
                    .Append(ObjectName.Quote(key))
                    .Append(") #>> '{}') IN (")
                    .AppendJoin(", ", seed.Rows.Select(row => SqlString.Literal(SeedRows.TextOf(row[key]))).Distinct())
                    .Append(')');
            }
        }

        return new([.. seed.Columns.Select(column => new NeededColumn(table, column))], sql.Append(") AS s").ToString());
    }
}
