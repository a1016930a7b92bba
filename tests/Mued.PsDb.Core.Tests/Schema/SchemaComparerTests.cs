using Mued.PsDb.Schema;

namespace Mued.PsDb.Tests.Schema;

public sealed class SchemaComparerTests
{
    private static readonly RelationSnapshot Table = new()
    {
        Schema = "public",
        Name = "t",
        Kind = RelationKind.Table,
        Columns =
        [
            new() { Name = "a", Type = "integer" },
            new()
            {
                Name = "b",
                Type = "text",
                NotNull = true,
            },
            new() { Name = "c", Type = "text" },
        ],
    };

    [Fact]
    public void A_schema_passes_against_itself_with_one_check_an_expectation()
    {
        var checks = SchemaComparer.Compare(Phase2File.Snapshot(), Phase2File.Snapshot(), strict: true);

        Assert.All(checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal(checks.Count, checks.DistinctBy(check => (check.Kind, check.Name)).Count());
        Assert.Equal(68, checks.Count(check => check.Kind == "column"));
        Assert.Equal(16, checks.Count(check => check.Kind == "index"));
        Assert.Equal(2, checks.Count(check => check.Kind == "foreign key"));
        Assert.Equal(2, checks.Count(check => check.Kind == "seed row"));
        Assert.Single(checks, check => check.Kind == "forbidden constraint");
    }

    [Fact]
    public void Against_nothing_every_expectation_is_missing_except_what_must_not_be_there()
    {
        var nothing = Phase2File.Snapshot() with { Relations = [], Enums = [], Functions = [], Seeds = [] };

        var checks = SchemaComparer.Compare(Phase2File.Snapshot(), nothing, strict: false);

        Assert.All(
            checks,
            check => Assert.Equal(check.Kind == "forbidden constraint" ? CheckStatus.Passed : CheckStatus.Missing, check.Status)
        );
        Assert.All(
            checks.Where(check => check.Status == CheckStatus.Missing),
            check => Assert.True((check.Failed || check.Cause is not null) && check.Advice is not null)
        );
    }

    [Theory]
    [InlineData(false, CheckSeverity.Warning, false)]
    [InlineData(true, CheckSeverity.Error, true)]
    public void Unexpected_objects_on_expected_tables_warn_and_fail_when_strict(bool strict, CheckSeverity severity, bool fails)
    {
        var actual = Table with { Columns = [.. Table.Columns, new() { Name = "d", Type = "uuid" }] };

        var check = Assert.Single(Compare(Table, actual, strict), check => check.Status != CheckStatus.Passed);

        Assert.Equal(
            ("column", "public.t.d", CheckStatus.Unexpected, severity, fails),
            (check.Kind, check.Name, check.Status, check.Severity, check.Failed)
        );
    }

    [Fact]
    public void Tables_beside_the_expected_ones_are_unexpected_only_where_the_scope_is_their_schema()
    {
        var other = Table with { Name = "other" };

        Assert.All(
            Compare([Table], [Table, other], SchemaScope.OfTables("public.t")),
            check => Assert.Equal(CheckStatus.Passed, check.Status)
        );
        var check = Assert.Single(
            Compare([Table], [Table, other], SchemaScope.OfSchemas("public")),
            check => check.Status != CheckStatus.Passed
        );
        Assert.Equal(("table", "public.other", CheckStatus.Unexpected), (check.Kind, check.Name, check.Status));
    }

    [Fact]
    public void The_advice_names_what_differs_and_the_suggestion_mends_it()
    {
        var actual = Table with
        {
            Columns =
            [
                Table.Columns[0] with
                {
                    Default = "1",
                },
                Table.Columns[1] with
                {
                    NotNull = false,
                },
                Table.Columns[2] with
                {
                    Type = "bytea",
                },
            ],
        };

        var checks = Compare(Table, actual, strict: false).Where(check => check.Status == CheckStatus.Different).ToList();

        Assert.Equal(
            [
                ("Differs in: default.", "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT"),
                ("Differs in: nullability.", "ALTER TABLE public.t ALTER COLUMN b SET NOT NULL"),
                // The data may not be what the type takes: that is for a person.
                ("Differs in: type.", null),
            ],
            checks.Select(check => (check.Advice, check.SuggestedSql))
        );
    }

    [Fact]
    public void A_missing_column_may_be_a_renamed_one_so_nothing_is_suggested()
    {
        var gone = Table with { Columns = [Table.Columns[0], Table.Columns[1]] };
        var renamed = gone with { Columns = [.. gone.Columns, new() { Name = "d", Type = "text" }] };

        Assert.Equal(
            "ALTER TABLE public.t ADD COLUMN c text",
            Assert.Single(Compare(Table, gone, false), check => check.Failed).SuggestedSql
        );
        Assert.Null(Assert.Single(Compare(Table, renamed, false), check => check.Failed).SuggestedSql);
    }

    [Fact]
    public void Another_order_of_columns_is_one_finding()
    {
        var actual = Table with { Columns = [Table.Columns[2], new() { Name = "x", Type = "text" }, Table.Columns[0], Table.Columns[1]] };

        var check = Assert.Single(Compare(Table, actual, false), check => check.Status == CheckStatus.Different);

        Assert.Equal(
            ("column order", "a, b, c", "c, a, b", CheckSeverity.Warning),
            (check.Kind, check.Expected, check.Actual, check.Severity)
        );
    }

    [Theory]
    [InlineData("a,b,c", "a,c", "ALTER TYPE public.e ADD VALUE 'b' BEFORE 'c'")]
    [InlineData("a,b,c", "a", "ALTER TYPE public.e ADD VALUE 'b'; ALTER TYPE public.e ADD VALUE 'c'")]
    [InlineData("a,b", "b,a", null)]
    [InlineData("a", "a,b", null)]
    public void Labels_can_be_added_but_not_moved_or_removed(string expected, string actual, string? sql)
    {
        var check = Assert.Single(SchemaComparer.Compare(Of(expected), Of(actual), strict: false));

        Assert.Equal((CheckStatus.Different, sql), (check.Status, check.SuggestedSql));

        static SchemaSnapshot Of(string labels) =>
            Snapshot([], SchemaScope.OfSchemas("public")) with
            {
                Enums =
                [
                    new()
                    {
                        Schema = "public",
                        Name = "e",
                        Labels = labels.Split(','),
                    },
                ],
            };
    }

    [Fact]
    public void A_forbidden_constraint_is_an_error_under_any_name_and_no_second_finding()
    {
        var key = new ConstraintSnapshot
        {
            Name = "any",
            Kind = ConstraintKind.ForeignKey,
            Columns = ["a"],
            Definition = "FOREIGN KEY (a) REFERENCES public.u(id)",
        };
        var expected = Snapshot([Table], SchemaScope.OfTables("public.t")) with
        {
            Forbidden =
            [
                new()
                {
                    Kind = ConstraintKind.ForeignKey,
                    Table = "public.t",
                    Columns = ["a"],
                    Reason = "because",
                },
            ],
        };

        var checks = SchemaComparer.Compare(expected, Snapshot([Table with { Constraints = [key] }], expected.Scope), strict: false);

        var check = Assert.Single(checks, check => check.Status != CheckStatus.Passed);
        Assert.Equal(("forbidden constraint", CheckStatus.Unexpected, true), (check.Kind, check.Status, check.Failed));
        Assert.Equal("ALTER TABLE public.t DROP CONSTRAINT \"any\"", check.SuggestedSql);
        Assert.Contains("because", check.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_expectation_without_checks_fails(bool tablesAreThere)
    {
        var check = Assert.Single(Compare([], tablesAreThere ? [Table] : [], SchemaScope.OfSchemas("public")), check => check.Failed);
        Assert.Equal(("expectation", "public", CheckStatus.Missing), (check.Kind, check.Name, check.Status));
    }

    private static IReadOnlyList<SchemaCheck> Compare(RelationSnapshot expected, RelationSnapshot actual, bool strict) =>
        SchemaComparer.Compare(
            Snapshot([expected], SchemaScope.OfTables("public.t")),
            Snapshot([actual], SchemaScope.OfTables("public.t")),
            strict
        );

    private static IReadOnlyList<SchemaCheck> Compare(RelationSnapshot[] expected, RelationSnapshot[] actual, SchemaScope scope) =>
        SchemaComparer.Compare(Snapshot(expected, scope), Snapshot(actual, scope), strict: false);

    private static SchemaSnapshot Snapshot(IReadOnlyList<RelationSnapshot> relations, SchemaScope scope) =>
        new()
        {
            FormatVersion = 1,
            Scope = scope,
            Relations = relations,
        };

    [Theory]
    [InlineData("SELECT 1 AS x FROM ONLY public.t", true)]
    [InlineData("SELECT ';' AS x", true)]
    [InlineData("SELECT 1; SELECT pg_terminate_backend(1); SELECT 1 AS x", false)]
    [InlineData("SELECT 1; COMMIT; SELECT 1", false)]
    [InlineData("SELECT 'no end", false)]
    public void Only_one_query_is_sent_for_a_text_of_an_expectation(string query, bool sent) =>
        Assert.Equal(sent, NormalForm.IsOneQuery(query));

    [Fact]
    public void A_default_and_a_generated_column_of_one_expression_are_not_the_same_query()
    {
        var relation = new RelationSnapshot
        {
            Schema = "s",
            Name = "t",
            Kind = RelationKind.Table,
        };
        var comparison = new ColumnComparison(relation, there: true);
        var column = new ColumnSnapshot { Name = "c", Type = "integer" };
        ColumnSnapshot[] columns =
        [
            column with
            {
                Default = "0",
            },
            column with
            {
                GeneratedStored = "0",
            },
            column with
            {
                GeneratedVirtual = "0",
            },
        ];
        Assert.Equal(3, columns.Select(comparison.QueryOf).Distinct().Count());
    }
}
