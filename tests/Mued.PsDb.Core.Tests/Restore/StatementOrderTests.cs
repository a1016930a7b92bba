using Mued.PsDb.Restore;

namespace Mued.PsDb.Tests;

public sealed class StatementOrderTests
{
    [Fact]
    public void What_a_statement_names_is_made_before_it_and_all_else_keeps_its_place()
    {
        (string Name, string Text)[] steps =
        [
            ("s.f", "CREATE FUNCTION s.f() RETURNS SETOF s.a"),
            ("s.b", "CREATE VIEW s.b AS SELECT x.n FROM s.\"it \"\"s\" AS x, s.c, other.b"),
            ("s.a", "CREATE VIEW s.a AS SELECT s.f()"),
            ("", "COMMENT ON VIEW s.c IS 's.d'"),
            ("s.\"it \"\"s\"", "CREATE VIEW s.\"it \"\"s\" AS SELECT n FROM s.d"),
            ("s.c", "CREATE VIEW s.c AS SELECT 1 AS n"),
            ("s.d", "CREATE VIEW s.d AS SELECT n FROM s.b"),
        ];
        Assert.Equal(
            [2, 0, 6, 4, 5, 1, 3],
            StatementOrder.Sort(steps, step => step.Name, step => step.Text).Select(step => Array.IndexOf(steps, step))
        );
    }
}
