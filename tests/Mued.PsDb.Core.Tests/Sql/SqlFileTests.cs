namespace Mued.PsDb.Tests;

public class SqlFileTests
{
    private static MuedException Fail(byte[] bytes) => Assert.Throws<MuedException>(() => SqlFile.Decode(bytes, "a.sql"));

    [Fact]
    public void Every_encoding_gives_the_same_text()
    {
        const string text = "a\r\né😀";
        Assert.Equal(text, SqlFile.Decode([0x61, 13, 10, 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80], "a.sql"));
        Assert.Equal(text, SqlFile.Decode([0xEF, 0xBB, 0xBF, 0x61, 13, 10, 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80], "a.sql"));
        Assert.Equal(text, SqlFile.Decode([0xFF, 0xFE, 0x61, 0, 13, 0, 10, 0, 0xE9, 0, 0x3D, 0xD8, 0x00, 0xDE], "a.sql"));
        Assert.Equal(text, SqlFile.Decode([0xFE, 0xFF, 0, 0x61, 0, 13, 0, 10, 0, 0xE9, 0xD8, 0x3D, 0xDE, 0x00], "a.sql"));
        Assert.Equal("", SqlFile.Decode([], "a.sql"));
        Assert.Equal("", SqlFile.Decode([0xFF, 0xFE], "a.sql"));
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 10, 0x62, 0xE9, 0x63 }, 3, 2, 2)]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xC3 }, 3, 1, 1)]
    [InlineData(new byte[] { 0xC0, 0x80 }, 0, 1, 1)]
    [InlineData(new byte[] { 0x61, 0xED, 0xA0, 0x80 }, 1, 1, 2)]
    [InlineData(new byte[] { 0xFF, 0xFE, 10, 0, 0x61, 0, 0x3D, 0xD8, 0x61, 0 }, 6, 2, 2)]
    [InlineData(new byte[] { 0xFE, 0xFF, 0xDE, 0x00 }, 2, 1, 1)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0, 0x62 }, 4, 1, 2)]
    public void The_first_bad_byte_is_named(byte[] bytes, int offset, int line, int column)
    {
        var error = Fail(bytes);
        Assert.Equal(("InvalidEncoding", line, column), (error.ErrorId, error.Line, error.Column));
        Assert.Contains($"Byte {offset} (0x{bytes[offset]:X2}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61 })]
    public void Utf32_is_an_error_that_says_what_to_do(byte[] bytes)
    {
        var error = Fail(bytes);
        Assert.Equal("Utf32Encoding", error.ErrorId);
        Assert.Contains("UTF-8", error.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_large_file_is_read_piece_by_piece_and_is_the_same_text(int shift, bool marked)
    {
        // Characters of two, three and four bytes, of which some lie across the pieces.
        var text = new string('a', shift) + string.Concat(Enumerable.Repeat("é€\U0001F600", 400_000));
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text, new System.Text.UTF8Encoding(marked));
            Assert.Equal(text, SqlFile.Read(file));

            // A byte that belongs to no character is told with its place, as in a small file.
            using (var end = new FileStream(file, FileMode.Append))
                end.Write([(byte)'\n', 0xFF]);
            var error = Assert.Throws<MuedException>(() => SqlFile.Read(file));
            Assert.Equal(("InvalidEncoding", 2, 1), (error.ErrorId, error.Line, error.Column));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
