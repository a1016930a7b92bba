using Mued.PsDb.Connections;

namespace Mued.PsDb.Tests;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("cannot open postgresql://u:p@ss@h/db?x=1", "cannot open postgresql://u:***@h/db?x=1")]
    [InlineData("Host=h;Password=secret;Database=d", "Host=h;Password=***;Database=d")]
    [InlineData("host=h password='a b' dbname=d", "host=h password=*** dbname=d")]
    [InlineData("PGPASSWORD=secret psql", "PGPASSWORD=*** psql")]
    [InlineData("postgresql://u@h/db?password=secret&x=1", "postgresql://u@h/db?password=***&x=1")]
    [InlineData("nothing to hide at postgresql://u@h/db", "nothing to hide at postgresql://u@h/db")]
    public void The_shapes_of_a_password_are_masked(string text, string expected) => Assert.Equal(expected, Redactor.Shapes.Redact(text));

    [Fact]
    public void A_known_secret_is_masked_in_every_spelling() =>
        Assert.Equal("<***> <***> <other>", new Redactor("p@s s;", null, "ab").Redact("<p@s s;> <p%40s%20s%3B> <other>"));
}
