using Mued.PsDb.Foundation;

namespace Mued.PsDb.Tests;

public class TextSearchTests
{
    [Theory]
    [InlineData("prepare", true)]
    [InlineData("SELECT 1; PREPARE a AS SELECT 1", true)]
    [InlineData("pprepare", true)]
    [InlineData("prePARe", true)]
    [InlineData("prepar", false)]
    [InlineData("p r e p a r e pre", false)]
    [InlineData("", false)]
    public void A_word_is_found_whatever_its_case(string text, bool found) => Assert.Equal(found, text.HasWord("prepare"));
}
