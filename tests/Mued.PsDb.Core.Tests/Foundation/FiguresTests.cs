using Mued.PsDb.Foundation;

namespace Mued.PsDb.Tests;

public class FiguresTests
{
    [Theory]
    [InlineData(0.25, "0.25 ms", "0.25 ms")]
    [InlineData(41.4, "41 ms", "41 ms")]
    [InlineData(999.6, "1.00 s", "1.0 s")]
    [InlineData(2_340, "2.34 s", "2.3 s")]
    [InlineData(9_960, "9.96 s", "10 s")]
    [InlineData(41_602, "41.60 s", "42 s")]
    [InlineData(59_600, "59.60 s", "60 s")]
    [InlineData(59_990, "59.99 s", "60 s")]
    [InlineData(125_000, "2 min 05 s", "2 min 05 s")]
    [InlineData(3_720_000, "1 h 02 min", "1 h 02 min")]
    public void Durations_read_as_a_person_says_them(double milliseconds, string measured, string reckoned)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Equal((measured, reckoned), (Figures.Duration(time), Figures.Estimate(time)));
    }

    [Theory]
    [InlineData("Check.NotIn", 1L, "1 row not in t")]
    [InlineData("Check.NotIn", 2L, "2 rows not in t")]
    [InlineData("Check.NotIn", 150_000L, "150,000 rows not in t")]
    [InlineData("RestoreColumnConflict", 1L, "rows that have other values already: 1")]
    public void A_text_counts_as_a_person_does(string text, long count, string expected) =>
        Assert.Equal(expected, Texts.Get(text, count, "t"));

    [Theory]
    [InlineData("No space left on device", "No space left on device. Free some.")]
    [InlineData("It is a folder.", "It is a folder. Free some.")]
    public void What_others_wrote_is_a_sentence_where_more_follows(string text, string expected)
    {
        Assert.Equal(expected, TextFormat.Sentences(text, "Free some."));
        Assert.Equal(expected, string.Format(TextFormat.Instance, "{0:sentence} Free some.", text));
        Assert.Equal(text, TextFormat.Sentences(text, null));
    }

    [Theory]
    [InlineData(8192, "8192 bytes")]
    [InlineData(98_304, "96 kB")]
    [InlineData(20_971_520, "20 MB")]
    [InlineData(32_212_254_720, "30 GB")]
    public void Sizes_read_as_postgresql_prints_them(long bytes, string expected) => Assert.Equal(expected, Figures.Bytes(bytes));
}
