using Mued.PsDb.Schema;

namespace Mued.PsDb.Tests.Schema;

public sealed class CatalogTextTests
{
    [Theory]
    // As 14 and 15 print it, and as 16 does.
    [InlineData(
        " SELECT t.a,\n    t.b\n   FROM public.t\n  WHERE (t.a > 't.b'::text);",
        "SELECT a,\nb\nFROM public.t\nWHERE (a > 't.b'::text);"
    )]
    [InlineData(" SELECT a,\n    b\n   FROM public.t\n  WHERE (a > 't.b'::text);", "SELECT a,\nb\nFROM public.t\nWHERE (a > 't.b'::text);")]
    [InlineData(" SELECT x.a\n   FROM public.t x;", "SELECT a\nFROM public.t x;")]
    // With two tables the qualifier means something.
    [InlineData(
        " SELECT t.a\n   FROM (public.t\n     JOIN public.u ON ((t.a = u.a)));",
        "SELECT t.a\nFROM (public.t\nJOIN public.u ON ((t.a = u.a)));"
    )]
    [InlineData(" SELECT t.a\n   FROM public.t,\n    public.u;", "SELECT t.a\nFROM public.t,\npublic.u;")]
    public void A_query_is_one_text_on_every_version(string printed, string text) => Assert.Equal(text, CatalogText.Query(printed));

    [Fact]
    public void Line_ends_of_a_checkout_are_no_change_of_a_function() => Assert.Equal("a\nb", CatalogText.Lines("a\r\nb\r\n"));

    [Fact]
    public void NOT_VALID_is_told_by_the_catalog_and_not_by_the_definition() =>
        Assert.Equal("CHECK ((a > 0))", CatalogText.Constraint("CHECK ((a > 0)) NOT VALID"));
}
