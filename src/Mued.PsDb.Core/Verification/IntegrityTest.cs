using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Verification;

/// <summary>
/// Tests rows: orphans behind foreign keys, polymorphic references, duplicates, ranges; counts and measures the tables. One round
/// trip, in which every query reads at its own moment.
/// </summary>
internal static class IntegrityTest
{
    /// <summary>Bytes of tables: $1 as JSON of [schema, table]. No privilege is needed for these.</summary>
    private const string Sizes = """
        SELECT n.nspname::text, c.relname::text, pg_table_size(c.oid), pg_indexes_size(c.oid), pg_total_relation_size(c.oid)
        FROM json_array_elements($1::json) AS r
        JOIN pg_namespace AS n ON n.nspname = r->>0
        JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1 AND c.relkind IN ('r', 'p', 'm')
        """;

    /// <summary>Tests the tables of an expectation, with the foreign keys that they have and those that they should have.</summary>
    public static async Task<(IReadOnlyList<SchemaCheck> Checks, IReadOnlyList<TableSize> Tables)> RunAsync(
        NpgsqlConnection connection,
        SchemaSnapshot expected,
        SchemaSnapshot actual,
        CancellationToken cancellationToken
    )
    {
        var tables = expected
            .Relations.Where(relation =>
                relation.Kind is RelationKind.Table or RelationKind.PartitionedTable or RelationKind.MaterializedView
            )
            .Select(relation => relation.QualifiedName)
            .ToList();
        var rowCounts = tables.Select(table => new RowCountCheck(table)).ToList();
        List<IDataCheck> checks =
        [
            .. rowCounts,
            .. ForeignKeys(expected, actual),
            .. (expected.Integrity?.Polymorphic ?? []).SelectMany(Polymorphic),
            .. (expected.Integrity?.Duplicates ?? []).Select(rule => new DuplicateCheck(rule)),
            .. (expected.Integrity?.Ranges ?? []).Select(rule => new RangeCheck(rule)),
        ];

        using var batch = connection.Batch([
            CatalogSession.Begin,
            .. checks.Select(check => check.Query.ToCommand()),
            new NpgsqlBatchCommand(Sizes) { Parameters = { new NpgsqlParameter<string> { TypedValue = JsonText.Of(tables) } } },
            CatalogSession.End,
        ]);

        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var session = await CatalogSession.ReadAsync(reader, cancellationToken).ConfigureAwait(false);

        var results = new List<SchemaCheck>(checks.Count);
        foreach (var check in checks)
        {
            var result = await GuardedQuery.ReadAsync(reader, session.User, cancellationToken).ConfigureAwait(false);
            results.Add(result.Value is { } value ? check.Judge(value) : Obstructed(check.Blank, result.Obstacle!));
        }

        var counted = rowCounts.Where(count => count.Rows is not null).ToDictionary(count => count.Table, count => count.Rows!.Value);
        var sizes = new List<TableSize>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var table = new ObjectName(reader.GetString(0), reader.GetString(1));
            if (counted.TryGetValue(table, out var rows))
            {
                sizes.Add(new(table.ToString(), rows, reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
            }
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return (results, sizes);
    }

    /// <summary>A check that could not be made fails: nobody knows whether the data are right.</summary>
    private static SchemaCheck Obstructed(SchemaCheck check, QueryObstacle obstacle) =>
        obstacle.Kind switch
        {
            QueryObstacleKind.NoPrivilege => check with
            {
                Status = CheckStatus.Different,
                Advice = Texts.Get("Check.Unreadable", obstacle.Detail),
            },
            QueryObstacleKind.NoTable => check with
            {
                Status = CheckStatus.Unchecked,
                Advice = Texts.Get("Check.TableMissing", obstacle.Detail),
            },
            _ => check with { Status = CheckStatus.Unchecked, Advice = Texts.Get("Check.DataColumns", obstacle.Detail) },
        };

    private static IEnumerable<OrphanCheck> ForeignKeys(SchemaSnapshot expected, SchemaSnapshot actual)
    {
        var actuals = actual.Relations.ToDictionary(relation => relation.QualifiedName);
        foreach (var relation in expected.Relations)
        {
            var existing = actuals.GetValueOrDefault(relation.QualifiedName)?.Constraints ?? [];
            // A foreign key that is still to come: its orphans are what its migration will fail on.
            var missing = relation.Constraints.ExceptBy(existing.Select(constraint => constraint.Name), constraint => constraint.Name);
            foreach (var key in existing.Where(IsForeignKey))
                yield return new(relation.QualifiedName, key, exists: true);
            foreach (var key in missing.Where(IsForeignKey))
                yield return new(relation.QualifiedName, key, exists: false);
        }

        static bool IsForeignKey(ConstraintSnapshot constraint) => constraint is { Kind: ConstraintKind.ForeignKey, References: not null };
    }

    private static IEnumerable<IDataCheck> Polymorphic(PolymorphicRule rule)
    {
        foreach (var target in rule.Targets)
            yield return new ReferenceCheck(rule, target);
        yield return new UncheckedReferenceCheck(rule);
    }
}
