using System.Text;
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
internal sealed class SchemaQuery(SchemaScope scope, IReadOnlyList<ObjectName> others, IReadOnlyList<SeedTable> seeds)
{
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
        return new(expected.Scope with { Tables = [.. tables] }, [.. others.Distinct()], expected.Seeds);
    }

    /// <summary>Adds the statements, which leave the settings of a surrounding transaction as they were.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        var schemas = JsonText.Of(scope.Schemas);
        var relations = JsonText.Of(scope.Tables.Select(ObjectName.Parse));
        var excluded = JsonText.Of(scope.Exclude.Select(ObjectName.Parse));
        var named = JsonText.Of(others);

        Add(batch, CatalogSql.Begin);
        Add(batch, CatalogSql.FindScope, schemas, relations, excluded);
        Add(batch, CatalogSql.Relations);
        Add(batch, CatalogSql.Columns);
        Add(batch, CatalogSql.Constraints);
        Add(batch, CatalogSql.Indexes);
        Add(batch, CatalogSql.Triggers);
        Add(batch, CatalogSql.Rules);
        Add(batch, CatalogSql.Policies);
        Add(batch, CatalogSql.Enums, schemas, named);
        Add(batch, CatalogSql.Domains, schemas, named);
        Add(batch, CatalogSql.Sequences, schemas, named, excluded);
        Add(batch, CatalogSql.Functions, schemas, named);
        foreach (var seed in seeds)
            batch.BatchCommands.Add(SeedQuery(seed).ToCommand());
        Add(batch, CatalogSql.End);
    }

    /// <summary>Reads the results; the reader stands on the first of them, and ends on the last.</summary>
    public async Task<SchemaSnapshot> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var catalog = new CatalogResults(reader, cancellationToken);
        var snapshot = await catalog.ReadAsync(scope).ConfigureAwait(false);
        var seedTables = new List<SeedTable>(seeds.Count);
        foreach (var seed in seeds)
            seedTables.Add(await catalog.ReadSeedAsync(seed).ConfigureAwait(false));
        return snapshot with { Seeds = seedTables };
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        batch.BatchCommands.Add(command);
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
