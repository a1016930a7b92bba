using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>One comparison at work: the checks made so far, and what each kind of object has of its own.</summary>
internal sealed class SchemaComparison(SchemaSnapshot expected, SchemaSnapshot actual, bool strict)
{
    private readonly List<SchemaCheck> checks = [];
    private readonly HashSet<(ObjectName Table, string Constraint)> forbidden = [];

    /// <summary>Makes every check.</summary>
    public IReadOnlyList<SchemaCheck> Run()
    {
        var relations = actual.Relations.ToDictionary(relation => relation.QualifiedName);
        var forbiddenChecks = expected.Forbidden.Select(rule => Forbidden(rule, relations)).ToList();

        foreach (var relation in expected.Relations)
        {
            var first = checks.Count;
            var match = relations.GetValueOrDefault(relation.QualifiedName);
            Relation(relation, match);
            // What mends a table is no help on a view of its name.
            if (match is null || match.Kind == relation.Kind)
                continue;
            for (var i = first; i < checks.Count; i++)
                checks[i] = checks[i] with { SuggestedSql = null };
        }

        InSchemas("table", expected.Relations, actual.Relations, r => r.QualifiedName, r => r.QualifiedName.ToString(), ObjectFacts.Of);
        TopLevel(
            "enum",
            "TYPE",
            expected.Enums,
            actual.Enums,
            e => new(e.Schema, e.Name),
            null,
            ObjectFacts.Of,
            e => e.Comment,
            SchemaSql.Create,
            SchemaSql.AddLabels
        );
        TopLevel(
            "domain",
            "DOMAIN",
            expected.Domains,
            actual.Domains,
            d => new(d.Schema, d.Name),
            null,
            ObjectFacts.Of,
            d => d.Comment,
            SchemaSql.Create,
            (_, _) => null
        );
        TopLevel(
            "sequence",
            "SEQUENCE",
            expected.Sequences,
            actual.Sequences,
            s => new(s.Schema, s.Name),
            null,
            ObjectFacts.Of,
            s => s.Comment,
            s => s.Identity ? null : SchemaSql.Create(s),
            (e, _) => $"ALTER SEQUENCE {new ObjectName(e.Schema, e.Name)} AS {e.Type} {SchemaSql.Settings(e)}"
        );
        TopLevel(
            "function",
            "FUNCTION",
            expected.Functions,
            actual.Functions,
            f => new(f.Schema, f.Name),
            f => $"({f.Arguments})",
            ObjectFacts.Of,
            f => f.Comment,
            f => f.Definition,
            (e, _) => e.Definition
        );
        foreach (var seed in expected.Seeds)
            Seed(seed);
        checks.AddRange(forbiddenChecks);
        DropUncertain();
        return checks;
    }

    /// <summary>
    /// A suggestion is certain only where everything it stands on is as expected: the columns of its table, and the types and functions
    /// that its text names.
    /// </summary>
    private void DropUncertain()
    {
        var missing = checks
            .Where(check => check is { Status: CheckStatus.Missing, Kind: "enum" or "domain" or "function" })
            .Select(check => check.Name.TrimEnd(')'))
            .ToList();
        var unsettled = checks
            .Where(check =>
                check.Kind == "column"
                && (check.Status == CheckStatus.Missing || (check.Status == CheckStatus.Different && check.SuggestedSql is null))
            )
            .Select(check => check.Table)
            .ToHashSet();
        for (var i = 0; i < checks.Count; i++)
        {
            if (checks[i] is not { SuggestedSql: { } sql, Table: { } table } check)
                continue;
            if (
                (
                    unsettled.Contains(table)
                    && check.Kind is not ("column" or "table")
                    && !check.Kind.EndsWith("comment", StringComparison.Ordinal)
                ) || missing.Any(name => sql.Contains(name, StringComparison.Ordinal))
            )
            {
                checks[i] = check with { SuggestedSql = null };
            }
        }
    }

    private void Relation(RelationSnapshot expectation, RelationSnapshot? relation)
    {
        var table = expectation.QualifiedName;
        var kind = KindOf(expectation);
        Check(kind, table.ToString(), table, expectation, relation, ObjectFacts.Of, SchemaSql.Create, (_, _) => null);
        if (expectation.Kind is RelationKind.Table or RelationKind.PartitionedTable)
        {
            Check(
                "row security",
                table.ToString(),
                table,
                expectation,
                relation,
                ObjectFacts.RowSecurityOf,
                _ => null,
                (e, _) => SchemaSql.RowSecurity(e)
            );
        }

        Comment(kind, KeywordOf(expectation), table.ToString(), table, expectation.Comment, relation is not null, relation?.Comment);

        // What is missing is made only on a table that is there and has nothing else of the kind: that might be it, renamed.
        var there = relation is not null;
        var columns = (relation?.Columns ?? []).ToDictionary(column => column.Name);
        var extraColumns = relation?.Columns.ExceptBy(expectation.Columns.Select(c => c.Name), c => c.Name).ToList() ?? [];
        var extraConstraints = relation?.Constraints.ExceptBy(expectation.Constraints.Select(c => c.Name), c => c.Name).ToList() ?? [];
        foreach (var column in expectation.Columns)
        {
            var name = Part(table, column.Name);
            var found = columns.GetValueOrDefault(column.Name);
            Check(
                "column",
                name,
                table,
                column,
                found,
                ObjectFacts.Of,
                c => there && extraColumns.Count == 0 && expectation.Kind == RelationKind.Table ? SchemaSql.AddColumn(table, c) : null,
                (e, a) =>
                    expectation.Kind is RelationKind.Table or RelationKind.PartitionedTable ? SchemaSql.AlterColumn(table, e, a) : null
            );
            Comment("column", "COLUMN", name, table, column.Comment, found is not null, found?.Comment);
        }

        // A view's columns are its query's; their order is compared with it.
        if (expectation.Definition is null)
            ColumnOrder(expectation, relation);

        foreach (var group in expectation.Constraints.GroupBy(c => KindOf(c.Kind)))
        {
            foreach (var constraint in group)
            {
                var found = relation?.Constraints.FirstOrDefault(c => c.Name == constraint.Name);
                var name = Part(table, constraint.Name);
                Check(
                    group.Key,
                    name,
                    table,
                    constraint,
                    found,
                    ObjectFacts.Of,
                    c => there && extraConstraints.All(extra => extra.Kind != c.Kind) ? SchemaSql.AddConstraint(table, c) : null,
                    (e, a) => SchemaSql.AlterConstraint(table, e, a)
                );
                Comment(
                    "constraint",
                    $"CONSTRAINT {ObjectName.Quote(constraint.Name)} ON {table}",
                    name,
                    table,
                    constraint.Comment,
                    found is not null,
                    found?.Comment
                );
            }
        }

        Children(
            "index",
            expectation.Indexes,
            relation?.Indexes,
            table,
            i => i.Name,
            name => new ObjectName(table.Schema, name).ToString(),
            ObjectFacts.Of,
            i => i.Definition,
            (e, a) => SchemaSql.AlterIndex(table.Schema, e, a),
            i => i.Comment,
            name => $"INDEX {new ObjectName(table.Schema, name)}"
        );
        Children(
            "trigger",
            expectation.Triggers,
            relation?.Triggers,
            table,
            t => t.Name,
            name => Part(table, name),
            ObjectFacts.Of,
            t => t.Definition,
            (e, a) => SchemaSql.AlterTrigger(table, e, a),
            t => t.Comment,
            name => $"TRIGGER {ObjectName.Quote(name)} ON {table}"
        );
        Children(
            "policy",
            expectation.Policies,
            relation?.Policies,
            table,
            p => p.Name,
            name => Part(table, name),
            ObjectFacts.Of,
            p => SchemaSql.Create(table, p),
            (e, _) => SchemaSql.Replace(table, e),
            p => p.Comment,
            name => $"POLICY {ObjectName.Quote(name)} ON {table}"
        );
        Children(
            "rule",
            expectation.Rules,
            relation?.Rules,
            table,
            r => r.Name,
            name => Part(table, name),
            ObjectFacts.Of,
            r => r.Definition,
            (e, a) => SchemaSql.AlterRule(table, e, a),
            r => r.Comment,
            name => $"RULE {ObjectName.Quote(name)} ON {table}"
        );

        if (relation is null)
            return;
        Unexpected("column", extraColumns, c => Part(table, c.Name), ObjectFacts.Of, table);
        foreach (var constraint in extraConstraints)
        {
            // One that is forbidden has a check of its own.
            if (!forbidden.Contains((table, constraint.Name)))
                Unexpected(KindOf(constraint.Kind), [constraint], c => Part(table, c.Name), ObjectFacts.Of, table);
        }
    }

    /// <summary>The expected columns that are there stand in the expected order; others may stand between them.</summary>
    private void ColumnOrder(RelationSnapshot expectation, RelationSnapshot? relation)
    {
        var name = expectation.QualifiedName;
        var expectedOrder = expectation.Columns.Select(column => column.Name).ToList();
        var check = new SchemaCheck("column order", name.ToString(), CheckStatus.Passed)
        {
            Expected = string.Join(", ", expectedOrder.Select(ObjectName.Quote)),
            Table = name.ToString(),
        };
        if (relation is null)
        {
            checks.Add(check with { Status = CheckStatus.Missing, Advice = Texts.Get("Check.TableMissing", name) });
            return;
        }

        var there = relation.Columns.Select(column => column.Name).ToHashSet();
        var shared = expectedOrder.Where(there.Contains);
        var actualOrder = relation.Columns.Select(column => column.Name).Where(expectedOrder.ToHashSet().Contains).ToList();
        checks.Add(
            shared.SequenceEqual(actualOrder)
                ? check with
                {
                    Actual = check.Expected,
                }
                : check with
                {
                    Status = CheckStatus.Different,
                    Actual = string.Join(", ", actualOrder.Select(ObjectName.Quote)),
                    Severity = Lesser,
                    Advice = Texts.Get("Check.ColumnOrder"),
                }
        );
    }

    /// <summary>The indexes, triggers, policies or rules of a table.</summary>
    private void Children<T>(
        string kind,
        IReadOnlyList<T> expectations,
        IReadOnlyList<T>? found,
        ObjectName table,
        Func<T, string> nameOf,
        Func<string, string> qualify,
        Func<T, ObjectFacts> facts,
        Func<T, string?> create,
        Func<T, T, string?> alter,
        Func<T, string?> comment,
        Func<string, string> commentOn
    )
        where T : class
    {
        var extra = (found ?? []).ExceptBy(expectations.Select(nameOf), nameOf).ToList();
        foreach (var expectation in expectations)
        {
            var match = found?.FirstOrDefault(item => nameOf(item) == nameOf(expectation));
            var name = qualify(nameOf(expectation));
            Check(kind, name, table, expectation, match, facts, e => found is not null && extra.Count == 0 ? create(e) : null, alter);
            Comment(
                kind,
                commentOn(nameOf(expectation)),
                name,
                table,
                comment(expectation),
                match is not null,
                match is null ? null : comment(match)
            );
        }

        Unexpected(kind, extra, item => qualify(nameOf(item)), facts, table);
    }

    private void TopLevel<T>(
        string kind,
        string keyword,
        IReadOnlyList<T> expectations,
        IReadOnlyList<T> found,
        Func<T, ObjectName> nameOf,
        Func<T, string>? suffix,
        Func<T, ObjectFacts> facts,
        Func<T, string?> comment,
        Func<T, string?> create,
        Func<T, T, string?> alter
    )
        where T : class
    {
        var byName = found.ToDictionary(Qualified);
        foreach (var expectation in expectations)
        {
            var name = Qualified(expectation);
            var match = byName.GetValueOrDefault(name);
            Check(kind, name, null, expectation, match, facts, create, alter);
            Comment(kind, keyword, name, null, comment(expectation), match is not null, match is null ? null : comment(match));
        }

        InSchemas(kind, expectations, found, nameOf, Qualified, facts);

        string Qualified(T item) => nameOf(item) + suffix?.Invoke(item);
    }

    /// <summary>Unexpected objects in schemas that are expected whole; single tables say nothing about what else there is.</summary>
    private void InSchemas<T>(
        string kind,
        IEnumerable<T> expectations,
        IEnumerable<T> found,
        Func<T, ObjectName> nameOf,
        Func<T, string> qualified,
        Func<T, ObjectFacts> facts
    )
    {
        if (expected.Scope.Schemas.Count == 0)
            return;
        Unexpected(
            kind,
            found.Where(item => expected.Scope.Schemas.Contains(nameOf(item).Schema)).ExceptBy(expectations.Select(qualified), qualified),
            qualified,
            facts,
            null
        );
    }

    private void Check<T>(
        string kind,
        string name,
        ObjectName? table,
        T expectation,
        T? match,
        Func<T, ObjectFacts> factsOf,
        Func<T, string?> create,
        Func<T, T, string?> alter
    )
        where T : class
    {
        var facts = factsOf(expectation);
        var check = new SchemaCheck(kind, name, CheckStatus.Passed) { Expected = facts.ToString(), Table = table?.ToString() };
        if (match is null)
        {
            checks.Add(
                check with
                {
                    Status = CheckStatus.Missing,
                    Advice = Texts.Get("Check.Missing", kind, name),
                    SuggestedSql = create(expectation),
                }
            );
            return;
        }

        var found = factsOf(match);
        var differences = facts.DifferencesFrom(found);
        checks.Add(
            differences.Count == 0
                ? check with
                {
                    Actual = check.Expected,
                }
                : check with
                {
                    Status = CheckStatus.Different,
                    Actual = found.ToString(),
                    Advice =
                        differences is ["validity"] or ["readiness"] or ["index"] or ["validity", "readiness"]
                            ? Texts.Get("Check.IndexInvalid")
                        : differences is ["validation"] ? Texts.Get("Check.NotValid")
                        : Texts.Get("Check.Different", string.Join(", ", differences)),
                    SuggestedSql = alter(expectation, match),
                }
        );
    }

    /// <param name="kind">What the comment is on, for the check's kind.</param>
    /// <param name="on">What COMMENT ON takes: a keyword that <paramref name="name"/> follows, or the whole of it.</param>
    /// <param name="name">The object.</param>
    /// <param name="table">Its table.</param>
    /// <param name="expectation">The comment that it should have.</param>
    /// <param name="there">Whether the object is there.</param>
    /// <param name="found">The comment that it has.</param>
    private void Comment(string kind, string on, string name, ObjectName? table, string? expectation, bool there, string? found)
    {
        if (expectation is null && found is null)
            return;
        var check = new SchemaCheck(kind + " comment", name, CheckStatus.Passed)
        {
            Expected = expectation,
            Actual = found,
            Table = table?.ToString(),
        };
        if (expectation is null)
        {
            checks.Add(check with { Status = CheckStatus.Unexpected, Severity = Lesser, Advice = Texts.Get("Check.Unexpected") });
            return;
        }

        checks.Add(
            expectation == found
                ? check
                : check with
                {
                    Status = found is null ? CheckStatus.Missing : CheckStatus.Different,
                    Advice = Texts.Get("Check.Comment"),
                    SuggestedSql = !there
                        ? null
                        : SchemaSql.Comment(on.Contains(' ', StringComparison.Ordinal) ? on : $"{on} {name}", expectation),
                }
        );
    }

    private void Unexpected<T>(string kind, IEnumerable<T> items, Func<T, string> name, Func<T, ObjectFacts> facts, ObjectName? table)
    {
        foreach (var item in items)
        {
            checks.Add(
                new(kind, name(item), CheckStatus.Unexpected)
                {
                    Actual = facts(item).ToString(),
                    Table = table?.ToString(),
                    Severity = Lesser,
                    Advice = Texts.Get("Check.Unexpected"),
                }
            );
        }
    }

    private void Seed(SeedTable seed)
    {
        var found = actual.Seeds.FirstOrDefault(table => table.Table == seed.Table);
        foreach (var row in seed.Rows)
        {
            var key = SeedRows.Canonical(row, seed.Key);
            var check = new SchemaCheck("seed row", $"{seed.Table}[{key}]", CheckStatus.Passed)
            {
                Expected = SeedRows.Canonical(row, seed.Columns),
                Table = seed.Table,
            };
            var matches = found?.Rows.Where(other => SeedRows.Canonical(other, seed.Key) == key).ToList() ?? [];
            checks.Add(Judge(check, seed, row, found?.Obstacle, matches));
        }
    }

    private static SchemaCheck Judge(
        SchemaCheck check,
        SeedTable seed,
        IReadOnlyDictionary<string, JsonElement> row,
        QueryObstacle? obstacle,
        List<IReadOnlyDictionary<string, JsonElement>> matches
    )
    {
        switch (obstacle?.Kind)
        {
            case QueryObstacleKind.NoTable:
                return check with { Status = CheckStatus.Missing, Advice = Texts.Get("Check.TableMissing", seed.Table) };
            case QueryObstacleKind.NoColumns:
                return check with
                {
                    Status = CheckStatus.Different,
                    Actual = null,
                    Advice = Texts.Get("Check.SeedColumns", seed.Table, obstacle.Detail),
                };
            case QueryObstacleKind.NoPrivilege:
                return check with
                {
                    Status = CheckStatus.Different,
                    Actual = null,
                    Advice = Texts.Get("Check.Unreadable", obstacle.Detail),
                };
        }

        if (matches.Count == 0)
        {
            return check with
            {
                Status = CheckStatus.Missing,
                Advice = Texts.Get("Check.SeedMissing"),
                SuggestedSql = SchemaSql.Insert(seed, row),
            };
        }

        var texts = matches.Select(match => SeedRows.Canonical(match, seed.Columns)).ToList();
        var text = string.Join("; ", texts);
        return texts.Count == 1 && text == check.Expected
            ? check with
            {
                Actual = text,
            }
            : check with
            {
                Status = CheckStatus.Different,
                Actual = text,
                Advice = Texts.Get("Check.SeedDifferent"),
                SuggestedSql = texts.Count == 1 ? SchemaSql.Update(seed, row) : null,
            };
    }

    private SchemaCheck Forbidden(ForbiddenConstraint rule, Dictionary<ObjectName, RelationSnapshot> relations)
    {
        var table = ObjectName.Parse(rule.Table);
        var found =
            relations
                .GetValueOrDefault(table)
                ?.Constraints.Where(constraint => constraint.Kind == rule.Kind && rule.Columns.All(constraint.Columns.Contains))
                .ToList()
            ?? [];
        foreach (var constraint in found)
            forbidden.Add((table, constraint.Name));
        var check = new SchemaCheck(
            "forbidden constraint",
            $"{table}({string.Join(", ", rule.Columns)}) {KindOf(rule.Kind)}",
            CheckStatus.Passed
        )
        {
            Expected = Texts.Get("Check.None"),
            Table = table.ToString(),
        };
        return found.Count == 0
            ? check with
            {
                Actual = check.Expected,
            }
            : check with
            {
                Status = CheckStatus.Unexpected,
                Actual = string.Join("; ", found.Select(constraint => $"{ObjectName.Quote(constraint.Name)} {constraint.Definition}")),
                Advice = Texts.Get("Check.Forbidden", rule.Reason),
                SuggestedSql = string.Join("; ", found.Select(constraint => SchemaSql.DropConstraint(table, constraint.Name))),
            };
    }

    private CheckSeverity Lesser => strict ? CheckSeverity.Error : CheckSeverity.Warning;

    private static string Part(ObjectName table, string name) => $"{table}.{ObjectName.Quote(name)}";

    private static string KindOf(RelationSnapshot relation) =>
        relation.Kind switch
        {
            RelationKind.View => "view",
            RelationKind.MaterializedView => "materialized view",
            RelationKind.CompositeType => "composite type",
            _ => "table",
        };

    private static string KeywordOf(RelationSnapshot relation) =>
        relation.Kind switch
        {
            RelationKind.View => "VIEW",
            RelationKind.MaterializedView => $"MATERIALIZED VIEW {relation.QualifiedName}",
            RelationKind.CompositeType => "TYPE",
            RelationKind.ForeignTable => $"FOREIGN TABLE {relation.QualifiedName}",
            _ => "TABLE",
        };

    private static string KindOf(ConstraintKind kind) =>
        kind switch
        {
            ConstraintKind.PrimaryKey => "primary key",
            ConstraintKind.Unique => "unique constraint",
            ConstraintKind.ForeignKey => "foreign key",
            ConstraintKind.Exclusion => "exclusion constraint",
            _ => "check constraint",
        };
}
