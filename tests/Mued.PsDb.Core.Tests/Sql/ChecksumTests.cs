using System.Security.Cryptography;
using System.Text;

namespace Mued.PsDb.Tests;

public class ChecksumTests
{
    private const string Script = "CREATE TABLE t (a int, b text DEFAULT 'x\ny');\nINSERT INTO t VALUES (-1, $$a\nb$$);\n";

    private static SqlScript Parse(string text) => SqlScript.Parse(text, "a.sql");

    [Fact]
    public void The_text_checksum_is_sha256_of_utf8_with_lf()
    {
        var text = "SELECT 'é😀';\r\n-- a\rSELECT 2;\n\r\n";
        var expected = Convert
            .ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("SELECT 'é😀';\n-- a\nSELECT 2;\n\n")))
            .ToLowerInvariant();
        Assert.Equal(expected, Parse(text).TextChecksum);
        Assert.Equal(expected, Parse('\uFEFF' + text).TextChecksum);
    }

    [Fact]
    public void Long_texts_are_hashed_like_short_ones()
    {
        var text = string.Concat(Enumerable.Repeat("-- 😀é\r\n", 20_000));
        var expected = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")))).ToLowerInvariant();
        Assert.Equal(expected, Parse(text).TextChecksum);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Line_ends_change_neither_checksum(string lineEnd)
    {
        var (unix, other) = (Parse(Script), Parse(Script.ReplaceLineEndings(lineEnd)));
        Assert.Equal((unix.TextChecksum, unix.SqlChecksum), (other.TextChecksum, other.SqlChecksum));
    }

    [Theory]
    [InlineData("-- a comment\nCREATE TABLE t (a int, b text DEFAULT 'x\ny');\nINSERT INTO t VALUES (-1, $$a\nb$$);\n")]
    [InlineData("CREATE TABLE t(a int,b text/* ; */DEFAULT 'x\ny');;INSERT INTO t VALUES( - 1,$$a\nb$$)")]
    [InlineData("BEGIN;\nCREATE TABLE t (a int, b text DEFAULT 'x\ny');\nINSERT INTO t VALUES (-1, $$a\nb$$);\nCOMMIT;")]
    public void Comments_and_space_outside_literals_do_not_change_the_sql_checksum(string text)
    {
        Assert.Equal(Parse(Script).SqlChecksum, Parse(text).SqlChecksum);
        Assert.NotEqual(Parse(Script).TextChecksum, Parse(text).TextChecksum);
    }

    [Theory]
    [InlineData("SELECT a b", "SELECT ab")]
    [InlineData("SELECT a", "SELECT A")]
    [InlineData("SELECT 'a b'", "SELECT 'a  b'")]
    [InlineData("SELECT 'a' 'b'", "SELECT 'a'\n'b'")]
    [InlineData("SELECT 'a'\n'b'", "SELECT 'ab'")]
    [InlineData("SELECT 'a'", "SELECT E'a'")]
    [InlineData("SELECT 'a'", "SELECT E 'a'")]
    [InlineData("SELECT 'a'", "SELECT \"a\"")]
    [InlineData("SELECT $$ -- a\n$$", "SELECT $$ -- b\n$$")]
    [InlineData("SELECT 1; SELECT 2", "SELECT 1 SELECT 2")]
    [InlineData("SELECT 1e-5", "SELECT 1 e-5")]
    [InlineData("SELECT 1..2", "SELECT 1. .2")]
    [InlineData("SELECT a <> b", "SELECT a < > b")]
    [InlineData("SELECT a::b", "SELECT a: :b")]
    [InlineData("SELECT 1", "-- mued: transaction=none\nSELECT 1")]
    public void Anything_else_does(string one, string other) => Assert.NotEqual(Parse(one).SqlChecksum, Parse(other).SqlChecksum);

    [Theory]
    [InlineData("SELECT a=-1", "SELECT a = - 1")]
    [InlineData("SELECT 'a' -- c\n'b'", "SELECT 'a'\n\n'b'")]
    [InlineData("VACUUM", "-- mued: transaction=none\nVACUUM")]
    public void What_postgresql_reads_alike_is_alike(string one, string other) =>
        Assert.Equal(Parse(one).SqlChecksum, Parse(other).SqlChecksum);
}
