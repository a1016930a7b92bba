using System.Globalization;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests.Reporting;

public class UntrustedTextTests
{
    [Theory]
    [InlineData("##vso[task.x]", "# #vso[task.x]")]
    [InlineData("a ##[error]b", "a # #[error]b")]
    [InlineData("###", "# # #")]
    [InlineData("#\u00AD#vso[", @"# \u00AD#vso[")]
    [InlineData("issue #12, C#", "issue #12, C#")]
    [InlineData("\u001B[31mred", @"\u001B[31mred")]
    [InlineData("a\u202Eb\u0000c\uFEFFd", @"a\u202Eb\u0000c\uFEFFd")]
    [InlineData("Größe 日本 \U0001F600", "Größe 日本 \U0001F600")]
    public void One_line_is_harmless_and_readable(string text, string expected) => Assert.Equal(expected, UntrustedText.OneLine(text));

    [Fact]
    public void A_lone_surrogate_is_shown() => Assert.Equal(@"a\uD800b", UntrustedText.OneLine("a\uD800b"));

    [Theory]
    [InlineData("a\r\nb\n##vso[c]\rd")]
    public void Line_ends_split_lines_and_never_hide_a_command(string text)
    {
        Assert.Equal("a b # #vso[c] d", UntrustedText.OneLine(text));
        Assert.Equal(["a", "b", "# #vso[c]", "d"], UntrustedText.Lines(text));
    }

    [Fact]
    public void No_character_between_number_signs_makes_a_command_by_the_rules_of_any_culture()
    {
        for (var c = '\0'; c < '\uFFFF'; c++)
        {
            var line = UntrustedText.OneLine($"#{c}#{c}vso[task.complete]");
            Assert.True(CultureInfo.GetCultureInfo("en-US").CompareInfo.IndexOf(line, "##vso[") < 0, $"U+{(int)c:X4}");
        }
    }
}
