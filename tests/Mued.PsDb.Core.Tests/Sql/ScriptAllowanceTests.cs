namespace Mued.PsDb.Tests.Sql;

/// <summary>To which statement a comment <c>-- mued: allow</c> belongs.</summary>
public class ScriptAllowanceTests
{
    [Theory]
    [InlineData("-- mued: allow data-loss no longer read\nDROP TABLE a", 0)]
    [InlineData("SELECT 1;\n-- mued: allow data-loss no longer read\nDROP TABLE a;", 1)]
    [InlineData("SELECT 1;\nDROP TABLE -- mued: allow data-loss no longer read\na;", 1)]
    [InlineData("DROP TABLE a; -- mued: allow data-loss no longer read\nSELECT 1;", 0)]
    [InlineData("DROP TABLE a -- mued: allow data-loss no longer read\n;SELECT 1;", 0)]
    [InlineData("-- mued: transaction=none\n-- MUED: allow data-loss no longer read\nDROP TABLE a;", 0)]
    [InlineData("SELECT 1;\n-- mued: allow data-loss no longer read\n", -1)]
    public void It_stands_above_in_or_behind_its_statement(string sql, int statement)
    {
        var allowance = Assert.Single(SqlScript.Parse(sql, "a.sql").Allowances);
        Assert.Equal(("data-loss", "no longer read", statement), (allowance.Rule, allowance.Reason, allowance.Statement));
    }

    [Fact]
    public void It_changes_nothing_about_the_statement()
    {
        var (plain, allowed) = (
            SqlScript.Parse("DROP INDEX CONCURRENTLY a", ""),
            SqlScript.Parse("DROP -- mued: allow order x\n INDEX CONCURRENTLY a", "")
        );
        Assert.Equal(
            (plain.SqlChecksum, plain.Mode, plain.CommandOf(plain.Statements[0])),
            (allowed.SqlChecksum, allowed.Mode, allowed.CommandOf(allowed.Statements[0]))
        );
    }
}
