using Mued.PsDb.Schema;
using Mued.PsDb.Undo;

namespace Mued.PsDb.Tests;

public class DependencyGraphTests
{
    private const uint Constraint = 2606,
        Rule = 2618,
        Type = 1247,
        Trigger = 2620;

    private static readonly CatalogObject Table = new(CatalogObject.Relation, 1),
        Other = new(CatalogObject.Relation, 2),
        View = new(CatalogObject.Relation, 3);

    [Fact]
    public void What_is_part_of_something_that_vanished_is_no_dependent()
    {
        var index = new CatalogObject(CatalogObject.Relation, 9);
        Assert.Empty(DependencyGraph.Dependents([Table, index], [new(index, Table with { Column = 1 }, 'a')]));
    }

    [Fact]
    public void A_view_is_a_dependent_by_its_rule_and_told_once()
    {
        var rule = new CatalogObject(Rule, 10);
        var dependents = DependencyGraph.Dependents(
            [Table, View, rule],
            [
                new(rule, View, 'i'),
                new(rule, View, 'n'),
                new(rule, Table with { Column = 2 }, 'n'),
                new(rule, Table with { Column = 3 }, 'n'),
            ]
        );
        Assert.Equal([(View, Table with { Column = 2 })], dependents);
    }

    [Fact]
    public void A_foreign_key_of_a_table_that_stays_is_a_dependent_and_one_of_a_table_that_goes_is_not()
    {
        var (theirs, ours) = (new CatalogObject(Constraint, 20), new CatalogObject(Constraint, 21));
        CatalogDependency[] edges =
        [
            new(theirs, Other with { Column = 1 }, 'a'),
            new(theirs, Table with { Column = 1 }, 'n'),
            new(ours, Table with { Column = 2 }, 'a'),
            new(ours, Other with { Column = 1 }, 'n'),
        ];
        Assert.Equal([(theirs, Table with { Column = 1 })], DependencyGraph.Dependents([Table, theirs, ours], edges));
    }

    [Fact]
    public void A_column_of_a_vanished_type_is_a_dependent_but_a_whole_table_with_such_a_column_is_not()
    {
        var type = new CatalogObject(Type, 30);
        CatalogDependency[] edges = [new(Other with { Column = 4 }, type, 'n'), new(Table with { Column = 4 }, type, 'n')];
        Assert.Equal([(Other with { Column = 4 }, type)], DependencyGraph.Dependents([Table, type, Other with { Column = 4 }], edges));
    }

    [Fact]
    public void What_hangs_on_a_vanished_column_goes_with_it()
    {
        var trigger = new CatalogObject(Trigger, 40);
        var column = Other with { Column = 5 };
        Assert.Empty(DependencyGraph.Dependents([column, trigger], [new(trigger, column, 'a')]));
        Assert.Equal(
            [(trigger, column)],
            DependencyGraph.Dependents([column, trigger], [new(trigger, Other, 'a'), new(trigger, column, 'n')])
        );
    }

    [Fact]
    public void What_vanished_by_itself_is_what_the_script_dropped() =>
        Assert.Empty(DependencyGraph.Dependents([View, Table], [new(View, new(2615, 2200), 'n'), new(Table, new(2615, 2200), 'n')]));
}
