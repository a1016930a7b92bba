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

    /// <summary>Written plainly; in other words, another order and under other settings; dumped from there and restored: all are one.</summary>
    [Theory]
    [Major(14, Dumped = true), Major(15, Dumped = true), Major(16, Dumped = true), Major(17, Dumped = true), Major(18, Dumped = true)]
    public async Task A_schema_is_the_same_however_it_was_written(int major)
    {
        var server = await TestServer.ForMajorAsync(major);
        for (var seed = 100 * major; seed < (100 * major) + Soak.Count(1, 12); seed++)
        {
            await using var plain = await TestDatabase.CreateAsync(server);
            await plain.ExecuteAsync(new RandomSchema(seed, "r") { Whole = true }.Create(tables: 40));
            await using var other = await TestDatabase.CreateAsync(server);
            await other.ExecuteAsync(
                $"""
                ALTER DATABASE {other.Name} SET TimeZone = 'Asia/Kathmandu'; ALTER DATABASE {other.Name} SET DateStyle = 'German, DMY';
                ALTER DATABASE {other.Name} SET IntervalStyle = 'sql_standard'; ALTER DATABASE {other.Name} SET bytea_output = 'escape';
                ALTER DATABASE {other.Name} SET quote_all_identifiers = on; ALTER DATABASE {other.Name} SET standard_conforming_strings = off;
                ALTER DATABASE {other.Name} SET extra_float_digits = -15; ALTER DATABASE {other.Name} SET search_path = r, public;
                """
            );
            var written = new RandomSchema(seed, "r", new(seed)) { Whole = true };
            await other.ExecuteAsync(written.Create(tables: 40));
            await using var restored = await TestDatabase.CreateAsync(server);
            await PgDump.RestoreAsync(other, restored);

            List<string> different = [];
            foreach (var (from, to) in new[] { (plain, other), (other, plain), (plain, restored), (restored, other) })
                different.AddRange(await DifferencesAsync(from, to));

            output.WriteLine($"PostgreSQL {major}, seed {seed}: {written.Count} statements");
            Assert.Equal([], different);
        }
    }

    private static async Task<IEnumerable<string>> DifferencesAsync(TestDatabase expected, TestDatabase actual)
    {
        var options = new SchemaExportOptions
        {
            Schemas = ["r"],
            IncludeOwners = true,
            IncludePrivileges = true,
        };
        var snapshot = await SchemaExport.RunAsync(expected.Settings, options);
        await using var connection = await actual.OpenAsync();
        var report = await SchemaTest.RunAsync(connection, snapshot, new() { Strict = true }, default);
        return report
            .Checks.Where(check => check.Status != CheckStatus.Passed)
            .Select(check => $"{check.Kind} {check.Name}: {check.Expected} / {check.Actual}");
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
