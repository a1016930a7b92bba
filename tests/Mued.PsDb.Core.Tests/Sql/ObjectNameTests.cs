using Mued.PsDb.Sql;

namespace Mued.PsDb.Tests;

public sealed class ObjectNameTests
{
    [Theory]
    [InlineData("public.provenance", "public", "provenance", "public.provenance")]
    [InlineData("provenance", "public", "provenance", "public.provenance")]
    [InlineData("\"My Schema\".\"a.\"\"b\"", "My Schema", "a.\"b", "\"My Schema\".\"a.\"\"b\"")]
    [InlineData("x.\"user\"", "x", "user", "x.\"user\"")]
    [InlineData("Public.Users", "public", "users", "public.users")]
    public void A_name_is_read_by_the_rules_of_SQL_and_printed_with_the_quotes_it_needs(
        string text,
        string schema,
        string name,
        string printed
    )
    {
        var parsed = ObjectName.Parse(text);

        Assert.Equal(new ObjectName(schema, name), parsed);
        Assert.Equal(printed, parsed.ToString());
        Assert.Equal(parsed, ObjectName.Parse(printed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("a.")]
    [InlineData("a b")]
    [InlineData("\"a")]
    public void What_is_no_name_is_a_usage_error(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<MuedException>(() => ObjectName.Parse(text)).ExitCode);
}
