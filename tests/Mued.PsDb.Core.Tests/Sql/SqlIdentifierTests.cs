using Mued.PsDb.Sql;

namespace Mued.PsDb.Tests;

public class SqlIdentifierTests
{
    [Theory]
    [InlineData("t", "\"t\"")]
    [InlineData("My \"T\"", "\"My \"\"T\"\"\"")]
    public void Names_are_quoted(string name, string quoted) => Assert.Equal(quoted, SqlIdentifier.Quote(name));

    [Theory]
    [InlineData("t", null, "t")]
    [InlineData("Public.My_Table", "public", "my_table")]
    [InlineData(" public . \"My.Table\" ", "public", "My.Table")]
    [InlineData("\"a\"\"b\".c", "a\"b", "c")]
    public void Names_are_read_as_sql_reads_them(string text, string? schema, string name) =>
        Assert.Equal((schema, name), StatementReader.ParseName(text));

    [Theory]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("a.b.c")]
    [InlineData("a;")]
    [InlineData("1a")]
    [InlineData("'a'")]
    [InlineData("\"a")]
    [InlineData("\"\"")]
    [InlineData("a\0")]
    [InlineData("a-b")]
    public void Anything_else_is_an_error(string text) =>
        Assert.Equal("InvalidName", Assert.Throws<MuedException>(() => StatementReader.ParseName(text)).ErrorId);

    [Fact]
    public void A_qualified_name_quotes_its_parts()
    {
        Assert.Equal("a.\"b\"\"c\"", ObjectName.Quote("a", "b\"c"));
        Assert.Equal("\"select\"", ObjectName.Quote(null, "select"));
    }
}
