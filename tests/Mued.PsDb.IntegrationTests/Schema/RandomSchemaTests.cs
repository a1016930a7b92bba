using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

public sealed class RandomSchemaTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_schema_made_again_from_its_printed_definitions_has_the_same_snapshot(int seed)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.OpenAsync();
        var random = new RandomSchema(seed, "r");
        await database.ExecuteAsync(random.Create(tables: 60));
        var scope = SchemaScope.OfSchemas("r");
        var first = await SchemaReader.ReadAsync(connection, scope, default);
        var text = first.ToJson();

        await database.ExecuteAsync("DROP SCHEMA r CASCADE; CREATE SCHEMA r");
        await RecreateAsync(connection, SnapshotFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "random.json"));
        var second = await SchemaReader.ReadAsync(connection, scope, default);

        output.WriteLine(
            $"Seed {seed}: {random.Count} statements, {SchemaComparer.Compare(first, second, strict: true).Count} expectations"
        );
        Assert.Empty(
            SchemaComparer
                .Compare(first, second, strict: true)
                .Where(check => check.Status != CheckStatus.Passed)
                .Select(check => $"{check.Kind} {check.Name}: {check.Expected} / {check.Actual}")
        );
        Assert.Equal(text, second.ToJson());
    }

    [Fact]
    public async Task The_settings_of_a_callers_transaction_are_left_as_they_were()
    {
        await using var database = await Phase2Database.CreateAsync();
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "SET LOCAL search_path = pg_temp, public");
        await ExecuteAsync(connection, "SET LOCAL join_collapse_limit = 7");

        await SchemaReader.ReadAsync(connection, SchemaQuery.For(SnapshotFile.Load(Phase2Database.ExpectedFile)), default);

        // The search path is that of the guard until a statement comes that is not ours.
        var settings = BatchStep.Unguarded("SELECT current_setting('search_path') || ' ' || current_setting('join_collapse_limit')");
        using var batch = connection.Batch(settings);
        await using var reader = await batch.ExecuteReaderAsync(default);
        Assert.True(await reader.ReadAsync());
        Assert.Equal("pg_temp, public 7", reader.GetString(0));
    }

    /// <summary>Makes everything from the statements that the snapshot prints, in an order that dependencies allow.</summary>
    private static async Task RecreateAsync(NpgsqlConnection connection, SchemaSnapshot schema)
    {
        var sql = new List<string>();
        sql.AddRange(schema.Enums.Select(new EnumComparison().Create));
        sql.AddRange(schema.Domains.Select(new DomainComparison().Create));
        sql.AddRange(schema.Sequences.Select(new SequenceComparison().Create).OfType<string>());
        sql.AddRange(schema.Functions.Select(f => f.Definition));
        var tables = schema.Relations.Where(r => r.Kind == RelationKind.Table).ToList();
        sql.AddRange(tables.Select(new RelationComparison().Create).OfType<string>());
        foreach (var foreign in new[] { false, true })
        {
            sql.AddRange(
                tables.SelectMany(t =>
                    t.Constraints.Where(c => c.Kind == ConstraintKind.ForeignKey == foreign)
                        .Select(new ConstraintComparison(t.QualifiedName, there: true).Create)
                        .OfType<string>()
                )
            );
        }

        sql.AddRange(
            schema
                .Relations.Where(r => r.Kind is RelationKind.View or RelationKind.MaterializedView)
                .Select(new RelationComparison().Create)
                .OfType<string>()
        );
        foreach (var table in tables)
        {
            sql.AddRange(table.Indexes.Select(i => i.Definition));
            sql.AddRange(table.Triggers.Select(t => t.Definition));
            if (table.RowSecurity)
                sql.Add(RowSecurityComparison.Set(table));
            sql.AddRange(table.Policies.Select(new PolicyComparison(table.QualifiedName, there: true).Create));
            if (table.Comment is not null)
                sql.Add($"COMMENT ON TABLE {table.QualifiedName} IS {SqlString.Literal(table.Comment)}");
            sql.AddRange(
                table
                    .Columns.Where(c => c.Comment is not null)
                    .Select(c => $"COMMENT ON COLUMN {table.QualifiedName}.{ObjectName.Quote(c.Name)} IS {SqlString.Literal(c.Comment!)}")
            );
        }

        foreach (var statement in sql)
            await ExecuteAsync(connection, statement);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(sql) } };
        try
        {
            await batch.ExecuteNonQueryAsync();
        }
        catch (PostgresException e)
        {
            throw new InvalidOperationException($"{e.MessageText}: {sql}", e);
        }
    }
}
