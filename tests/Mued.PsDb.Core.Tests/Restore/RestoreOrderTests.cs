using Mued.PsDb.Restore;

namespace Mued.PsDb.Tests;

public class RestoreOrderTests
{
    [Fact]
    public void Parents_come_before_children_and_the_rest_by_name()
    {
        var order = Sort(("a", ["c"]), ("b", []), ("c", ["d"]), ("d", []));
        Assert.Equal("b d c a", Names(order));
        Assert.Empty(order.Deferred);
    }

    [Fact]
    public void A_table_that_refers_to_itself_and_one_outside_of_the_backup_holds_nothing_up() =>
        Assert.Equal("a b", Names(Sort(("a", ["a", "users"]), ("b", ["a"]))));

    [Fact]
    public void A_circle_is_opened_and_the_key_that_is_left_open_checked_at_the_end()
    {
        var order = Sort(("a", ["b"]), ("b", ["c"]), ("c", ["a"]));
        Assert.Equal("a c b", Names(order));
        var rule = Assert.Single(order.Deferred);
        Assert.Equal("ALTER TABLE public.a ALTER CONSTRAINT a_b DEFERRABLE INITIALLY DEFERRED", rule.Defer);
        Assert.Equal("ALTER TABLE public.a ALTER CONSTRAINT a_b NOT DEFERRABLE", rule.Undefer);
    }

    private static string Names(RestoreOrder order) => string.Join(' ', order.Tables.Select(table => table.Name.Name));

    private static RestoreOrder Sort(params (string Name, string[] Parents)[] tables) =>
        RestoreOrder.Sort([.. tables.Select((table, i) => Table(table.Name, (uint)i, table.Parents))]);

    private static RestoreTarget Table(string name, uint oid, string[] parents) =>
        new(oid, new("public", name))
        {
            Partitioned = false,
            Ancestors = [],
            Columns = new Dictionary<string, RestoreTarget.Column>(),
            Rules =
            [
                .. parents.Select(parent => new RestoreTarget.Rule(
                    new("public", name),
                    $"{name}_{parent}",
                    ["x"],
                    null,
                    new("public", parent),
                    ["id"],
                    false,
                    true,
                    "NOT DEFERRABLE",
                    [RestoreTarget.UniqueIndex.Builtin]
                )),
            ],
            UniqueIndexes = [],
            Triggers = [],
            Sequences = [],
        };
}
