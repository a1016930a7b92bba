using System.Globalization;
using System.Text.Json;
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
    /// <summary>How many values a finding names.</summary>
    private const int Examples = 5;

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
        var rowCounts = tables.Select(table => new RowCount(table)).ToList();
        List<IDataCheck> checks =
        [
            .. rowCounts,
            .. ForeignKeys(expected, actual),
            .. (expected.Integrity?.Polymorphic ?? []).SelectMany(Polymorphic),
            .. (expected.Integrity?.Duplicates ?? []).Select(rule => new Duplicates(rule)),
            .. (expected.Integrity?.Ranges ?? []).Select(rule => new Range(rule)),
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

    private static IEnumerable<Orphans> ForeignKeys(SchemaSnapshot expected, SchemaSnapshot actual)
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
            yield return new Reference(rule, target);
        yield return new UncheckedReferences(rule);
    }

    private static string Column(string alias, string name) => alias + '.' + ObjectName.Quote(name);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>One check of the data: the question, and what an answer means.</summary>
    private interface IDataCheck
    {
        GuardedQuery Query { get; }

        /// <summary>The check as it is when it passed.</summary>
        SchemaCheck Blank { get; }

        SchemaCheck Judge(JsonElement value);
    }

    private sealed class RowCount(ObjectName table) : IDataCheck
    {
        public ObjectName Table => table;

        public long? Rows { get; private set; }

        public GuardedQuery Query => new([new(table, null)], $"SELECT to_jsonb(count(*)) FROM {table}");

        public SchemaCheck Blank =>
            new("rows", table.ToString(), CheckStatus.Passed) { Expected = Texts.Get("Check.Countable"), Table = table.ToString() };

        public SchemaCheck Judge(JsonElement value)
        {
            Rows = value.GetInt64();
            return Blank with { Actual = Texts.Get("Check.Rows", Number(Rows.Value)) };
        }
    }

    private sealed class Orphans(ObjectName table, ConstraintSnapshot key, bool exists) : IDataCheck
    {
        private readonly ObjectName parent = ObjectName.Parse(key.References!.Table);

        /// <summary>By MATCH SIMPLE, the default: a null in any column refers to nothing.</summary>
        private string Where
        {
            get
            {
                // The types of a key that does not exist need not be comparable.
                var cast = exists ? "" : "::text";
                var present = key.Columns.Select(column => $"{Column("t", column)} IS NOT NULL");
                var matches = key.Columns.Zip(
                    key.References!.Columns,
                    (own, other) => $"{Column("r", other)}{cast} = {Column("t", own)}{cast}"
                );
                return $"{string.Join(" AND ", present)} AND NOT EXISTS (SELECT FROM {parent} AS r WHERE {string.Join(" AND ", matches)})";
            }
        }

        public GuardedQuery Query =>
            new(
                [
                    .. key.Columns.Select(column => new NeededColumn(table, column)),
                    .. key.References!.Columns.Select(column => new NeededColumn(parent, column)),
                ],
                $"SELECT to_jsonb(count(*)) FROM {table} AS t WHERE {Where}"
            );

        public SchemaCheck Blank =>
            new("orphans", $"{table}.{ObjectName.Quote(key.Name)}", CheckStatus.Passed)
            {
                Expected = Texts.Get("Check.None"),
                Table = table.ToString(),
            };

        public SchemaCheck Judge(JsonElement value) =>
            value.GetInt64() is var count and > 0
                ? Blank with
                {
                    Status = CheckStatus.Different,
                    Actual = Texts.Get("Check.Rows", Number(count)),
                    Advice = Texts.Get("Check.Orphans", parent, $"SELECT * FROM {table} AS t WHERE {Where}"),
                }
                : Blank with
                {
                    Actual = Blank.Expected,
                };
    }

    private sealed class Reference(PolymorphicRule rule, PolymorphicTarget target) : IDataCheck
    {
        private readonly ObjectName table = ObjectName.Parse(rule.Table);
        private readonly ObjectName parent = ObjectName.Parse(target.Table);

        private string Where =>
            $"{Column("t", rule.KindColumn)}::text = {SqlString.Literal(target.Kind)} AND {Column("t", rule.Column)} IS NOT NULL"
            + $" AND NOT EXISTS (SELECT FROM {parent} AS r WHERE {Column("r", target.Column)}::text = {Column("t", rule.Column)}::text)";

        public GuardedQuery Query =>
            new(
                [new(table, rule.Column), new(table, rule.KindColumn), new(parent, target.Column)],
                $"SELECT to_jsonb(count(*)) FROM {table} AS t WHERE {Where}"
            );

        public SchemaCheck Blank =>
            new("reference", $"{table}.{ObjectName.Quote(rule.Column)}[{target.Kind}]", CheckStatus.Passed)
            {
                Expected = Texts.Get("Check.AllIn", parent),
                Table = table.ToString(),
            };

        public SchemaCheck Judge(JsonElement value) =>
            value.GetInt64() is var count and > 0
                ? Blank with
                {
                    Status = CheckStatus.Different,
                    Actual = Texts.Get("Check.NotIn", Number(count), parent),
                    Advice = Texts.Get("Check.Orphans", parent, $"SELECT * FROM {table} AS t WHERE {Where}"),
                }
                : Blank with
                {
                    Actual = Blank.Expected,
                };
    }

    /// <summary>Rows of kinds without a table: counted, so that nobody takes them for checked.</summary>
    private sealed class UncheckedReferences(PolymorphicRule rule) : IDataCheck
    {
        private readonly ObjectName table = ObjectName.Parse(rule.Table);

        public GuardedQuery Query =>
            new(
                [new(table, rule.Column), new(table, rule.KindColumn)],
                $"SELECT coalesce(jsonb_object_agg(k.kind, k.number), '{{}}') FROM (SELECT coalesce({Column("t", rule.KindColumn)}::text, '') AS kind, count(*) AS number "
                    + $"FROM {table} AS t WHERE {Column("t", rule.Column)} IS NOT NULL GROUP BY 1) AS k"
            );

        public SchemaCheck Blank =>
            new("reference", $"{table}.{ObjectName.Quote(rule.Column)}[{string.Join(", ", rule.Unchecked)}]", CheckStatus.Passed)
            {
                Table = table.ToString(),
            };

        public SchemaCheck Judge(JsonElement value)
        {
            var counts = value.EnumerateObject().ToDictionary(kind => kind.Name, kind => kind.Value.GetInt64());
            foreach (var target in rule.Targets)
                counts.Remove(target.Kind);
            var unknown = counts.Keys.Except(rule.Unchecked).ToList();
            var rows =
                counts.Count == 0
                    ? Texts.Get("Check.Rows", "0")
                    : string.Join(
                        ", ",
                        counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {Number(pair.Value)}")
                    );
            return Blank with
            {
                Status = CheckStatus.Unchecked,
                Actual = rows,
                Severity = unknown.Count > 0 ? CheckSeverity.Warning : CheckSeverity.Info,
                Advice =
                    unknown.Count > 0 ? Texts.Get("Check.UnknownKinds", string.Join(", ", unknown)) : Texts.Get("Check.KindsUnchecked"),
            };
        }
    }

    private sealed class Duplicates(DuplicateRule rule) : IDataCheck
    {
        private readonly ObjectName table = ObjectName.Parse(rule.Table);
        private readonly bool byDay = rule.Unit == DuplicateUnit.Day;

        private string Value => Column("t", rule.Column) + (byDay ? "::date" : "");

        public GuardedQuery Query =>
            new(
                [new(table, rule.Column, byDay ? 'D' : null)],
                "SELECT jsonb_build_object('count', count(*), 'first', jsonb_agg(d.value || ' (' || d.number || ')' ORDER BY d.value) "
                    + $"FILTER (WHERE d.place <= {Examples})) FROM (SELECT {Value}::text AS value, count(*) AS number, row_number() OVER (ORDER BY {Value}) AS place "
                    + $"FROM {table} AS t WHERE {Column("t", rule.Column)} IS NOT NULL GROUP BY {Value} HAVING count(*) > 1) AS d"
            );

        public SchemaCheck Blank =>
            new("duplicates", $"{table}.{ObjectName.Quote(rule.Column)}", CheckStatus.Passed)
            {
                Expected = Texts.Get("Check.None"),
                Table = table.ToString(),
            };

        public SchemaCheck Judge(JsonElement value)
        {
            var count = value.GetProperty("count").GetInt64();
            if (count == 0)
                return Blank with { Actual = Blank.Expected };
            // Days may be shown; other values may be someone's data.
            var first = byDay ? ": " + string.Join(", ", value.GetProperty("first").EnumerateArray().Select(item => item.GetString())) : "";
            return Blank with
            {
                Status = CheckStatus.Different,
                Actual =
                    Texts.Get(byDay ? "Check.DuplicateDays" : "Check.DuplicateValues", Number(count))
                    + first
                    + (byDay && count > Examples ? ", …" : ""),
                Advice = Texts.Get("Check.Duplicates", $"SELECT {Value}, count(*) FROM {table} AS t GROUP BY 1 HAVING count(*) > 1"),
            };
        }
    }

    private sealed class Range(RangeRule rule) : IDataCheck
    {
        private readonly ObjectName table = ObjectName.Parse(rule.Table);

        private string Where
        {
            get
            {
                var column = Column("t", rule.Column);
                var below = rule.Minimum is { } minimum ? string.Create(CultureInfo.InvariantCulture, $"{column} < {minimum}") : "false";
                var above = rule.Maximum is { } maximum ? string.Create(CultureInfo.InvariantCulture, $"{column} > {maximum}") : "false";
                return $"{below} OR {above}";
            }
        }

        public GuardedQuery Query =>
            new(
                [new(table, rule.Column, 'N')],
                $"SELECT jsonb_build_array(count(*), min({Column("t", rule.Column)})::text, max({Column("t", rule.Column)})::text) FROM {table} AS t WHERE {Where}"
            );

        public SchemaCheck Blank =>
            new("range", $"{table}.{ObjectName.Quote(rule.Column)}", CheckStatus.Passed)
            {
                Expected = Texts.Get("Check.Between", (object?)rule.Minimum ?? "-∞", (object?)rule.Maximum ?? "∞"),
                Table = table.ToString(),
            };

        public SchemaCheck Judge(JsonElement value) =>
            value[0].GetInt64() is var count and > 0
                ? Blank with
                {
                    Status = CheckStatus.Different,
                    Actual = Texts.Get("Check.OutOfRange", Number(count), value[1].GetString(), value[2].GetString()),
                    Advice = Texts.Get("Check.Range", $"SELECT * FROM {table} AS t WHERE {Where}"),
                }
                : Blank with
                {
                    Actual = Blank.Expected,
                };
    }
}
