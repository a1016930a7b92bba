using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>One comparison at work, kind after kind.</summary>
internal sealed class SchemaComparison(SchemaSnapshot expectation, SchemaSnapshot found, bool strict)
{
    private readonly SchemaSnapshot expected = expectation.AsFarAs(found);
    private readonly SchemaSnapshot actual = found.As(expectation.FormatVersion).AsFarAs(expectation);
    private readonly CheckList list = new(expectation.Scope.Schemas, strict);
    private readonly ForbiddenConstraints forbidden = new(expectation.Forbidden, found.Relations);

    /// <summary>The checks that were made.</summary>
    public IReadOnlyList<SchemaCheck> Checks => list.Checks;

    /// <summary>Those of them whose texts differ and may mean the same.</summary>
    public IReadOnlyList<Doubt> Doubts => list.Doubts;

    /// <summary>Makes every check.</summary>
    public SchemaComparison Run()
    {
        var relations = actual.Relations.ToDictionary(relation => relation.QualifiedName);
        foreach (var relation in expected.Relations)
            CompareRelation(relation, relations.GetValueOrDefault(relation.QualifiedName));
        list.Unexpected(
            new RelationComparison(),
            actual.Relations.ExceptBy(expected.Relations.Select(r => r.QualifiedName), r => r.QualifiedName)
        );
        list.Compare(new EnumComparison(), expected.Enums, actual.Enums);
        list.Compare(new DomainComparison(), expected.Domains, actual.Domains);
        list.Compare(new SequenceComparison(), expected.Sequences, actual.Sequences);
        list.Compare(new FunctionComparison(), expected.Functions, actual.Functions);
        list.Compare(new DefinedObjectComparison(), expected.Objects, actual.Objects);
        // Who owns what is not expected is told by the object itself.
        if (expected.Scope.Owners)
            list.CompareExpected(new OwnerComparison(), expected.Owners, actual.Owners);
        if (expected.Scope.Privileges)
            ComparePrivileges();
        foreach (var seed in expected.Seeds)
            list.Checks.AddRange(SeedComparison.Compare(seed, actual.Seeds.FirstOrDefault(table => table.Table == seed.Table)));
        list.Checks.AddRange(forbidden.Checks);
        // A test that looks at nothing would pass for ever.
        if (list.Checks.All(check => check is { Status: CheckStatus.Unexpected, Kind: not ForbiddenConstraints.Kind }))
            list.Checks.Add(new("expectation", ScopeText, CheckStatus.Missing) { Advice = Texts.Get("Check.NothingExpected") });
        DropUncertain();
        list.MarkConsequences();
        return this;
    }

    /// <summary>
    /// What the server grants by itself no snapshot holds. What an object that is on both sides has lost of it on one of them differs, and is
    /// no mere surplus.
    /// </summary>
    private void ComparePrivileges()
    {
        var kind = new PrivilegeComparison(expected.Owners);
        var oneSided = list
            .Checks.Where(check => check.Status is CheckStatus.Unexpected or CheckStatus.Missing)
            .Select(check => Consequences.ObjectOf(check.Name))
            .ToHashSet();
        var found = actual.Privileges.Concat(Untold(expected.Privileges, actual.Privileges)).ToList();
        var surplus = list.CompareExpected(kind, expected.Privileges, found);
        var untold = Untold(surplus, []).ToDictionary(kind.KeyOf);
        list.CompareExpected(kind, [.. untold.Values], [.. surplus.Where(item => untold.ContainsKey(kind.KeyOf(item)))]);
        list.Unexpected(kind, surplus.Where(item => !untold.ContainsKey(kind.KeyOf(item))));

        IEnumerable<PrivilegeSnapshot> Untold(IEnumerable<PrivilegeSnapshot> told, IEnumerable<PrivilegeSnapshot> others) =>
            told.ExceptBy(others.Select(kind.KeyOf), kind.KeyOf).Where(IsTaken).Select(PrivilegeComparison.BuiltIn);

        bool IsTaken(PrivilegeSnapshot item) =>
            PrivilegeComparison.IsTaken(item)
            && !oneSided.Contains(Consequences.ObjectOf(item.Name))
            && !oneSided.Contains(ObjectName.SplitLast(item.Name).Qualifier);
    }

    private string ScopeText =>
        string.Join(", ", expected.Scope.Schemas.Select(ObjectName.Quote).Concat(expected.Scope.Tables)) is { Length: > 0 } names
            ? names
            : Texts.Get("Check.WholeDatabase");

    private void CompareRelation(RelationSnapshot expectation, RelationSnapshot? relation)
    {
        var first = list.Checks.Count;
        var isTable = expectation.Kind is RelationKind.Table or RelationKind.PartitionedTable;
        list.Compare(new RelationComparison(expectation), expectation, relation);
        if (isTable)
            list.Compare(new RowSecurityComparison(expectation), expectation, relation);

        var (name, there) = (expectation.QualifiedName, relation is not null);
        var columns = new ColumnComparison(expectation, there);
        var constraints = new ConstraintComparison(name, there);
        var extraColumns = list.CompareExpected(columns, expectation.Columns, relation?.Columns ?? []);
        // A view's columns are its query's; their order is compared with it.
        if (expectation.Definition is null)
            list.Checks.Add(ColumnOrder(expectation, relation));
        var extraConstraints = list.CompareExpected(
            constraints,
            [.. expectation.Constraints.GroupBy(constraints.KindOf).SelectMany(group => group)],
            relation?.Constraints ?? []
        );
        list.Compare(
            new IndexComparison(name, there, expectation.PartitionBound is not null),
            expectation.Indexes,
            relation?.Indexes ?? []
        );
        list.Compare(new TriggerComparison(name, there), expectation.Triggers, relation?.Triggers ?? []);
        list.Compare(new PolicyComparison(name, there), expectation.Policies, relation?.Policies ?? []);
        list.Compare(new RuleComparison(name, there), expectation.Rules, relation?.Rules ?? []);
        list.Unexpected(columns, extraColumns);
        list.Unexpected(constraints, extraConstraints.Where(constraint => !forbidden.Has(name, constraint.Name)));

        // What mends a table is no help on a view of its name.
        if (relation is not null && relation.Kind != expectation.Kind)
            Change(list.Checks, first, check => check with { SuggestedSql = null });
    }

    /// <summary>The expected columns that are there stand in the expected order; others may stand between them.</summary>
    private SchemaCheck ColumnOrder(RelationSnapshot expectation, RelationSnapshot? relation)
    {
        var name = expectation.QualifiedName.ToString();
        var expectedOrder = expectation.Columns.Select(column => column.Name).ToList();
        var check = new SchemaCheck("column order", name, CheckStatus.Passed) { Expected = Order(expectedOrder), Table = name };
        if (relation is null)
            return check with { Status = CheckStatus.Missing, Advice = Texts.Get("Check.TableMissing", name) };

        var there = relation.Columns.Select(column => column.Name).ToHashSet();
        var shared = expectedOrder.Where(there.Contains);
        var actualOrder = relation.Columns.Select(column => column.Name).Where(expectedOrder.ToHashSet().Contains).ToList();
        return shared.SequenceEqual(actualOrder)
            ? check with
            {
                Actual = check.Expected,
            }
            : check with
            {
                Status = CheckStatus.Different,
                Actual = Order(actualOrder),
                Severity = list.Lesser,
                Advice = Texts.Get("Check.ColumnOrder"),
            };

        static string Order(IEnumerable<string> columns) => string.Join(", ", columns.Select(ObjectName.Quote));
    }

    /// <summary>
    /// A suggestion is certain only where everything it stands on is as expected: the columns of its table, and the types and functions
    /// that its text names.
    /// </summary>
    private void DropUncertain()
    {
        var missing = list
            .Checks.Where(check => check is { Status: CheckStatus.Missing, Kind: "enum" or "domain" or "function" })
            .Select(check => check.Name.TrimEnd(')'))
            .ToList();
        var unsettled = list
            .Checks.Where(check =>
                check.Kind == "column"
                && (check.Status == CheckStatus.Missing || (check.Status == CheckStatus.Different && check.SuggestedSql is null))
            )
            .Select(check => check.Table)
            .ToHashSet();
        var withoutKey = list
            .Checks.Where(check =>
                check is { Kind: "primary key" or "unique constraint", Status: CheckStatus.Missing or CheckStatus.Different }
            )
            .Select(check => $" REFERENCES {check.Table}(")
            .ToHashSet();
        Change(list.Checks, 0, check => IsCertain(check) ? check : check with { SuggestedSql = null });

        bool IsCertain(SchemaCheck check) =>
            check is not { SuggestedSql: { } sql, Table: { } table }
            || (
                (
                    !unsettled.Contains(table)
                    || check.Kind is "column" or "table"
                    || check.Kind.EndsWith("comment", StringComparison.Ordinal)
                ) && !missing.Concat(withoutKey).Any(part => sql.Contains(part, StringComparison.Ordinal))
            );
    }

    private static void Change(List<SchemaCheck> checks, int first, Func<SchemaCheck, SchemaCheck> change)
    {
        for (var i = first; i < checks.Count; i++)
            checks[i] = change(checks[i]);
    }
}
