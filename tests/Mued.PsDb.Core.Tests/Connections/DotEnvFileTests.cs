using Mued.PsDb.Connections;

namespace Mued.PsDb.Tests;

public sealed class DotEnvFileTests
{
    [Theory]
    [InlineData("DATABASE_URL=value", "value")]
    [InlineData("\uFEFFDATABASE_URL=value", "value")]
    [InlineData("# first\r\n\r\nexport DATABASE_URL = value  # comment\r\n", "value")]
    [InlineData("OTHER=x\rDATABASE_URL=value\r", "value")]
    [InlineData("DATABASE_URL=a#b", "a#b")]
    [InlineData("DATABASE_URL='a # b\\n'  # comment", "a # b\\n")]
    [InlineData("DATABASE_URL=\"a \\\"b\\\" \\\\ # \\$c\"", "a \"b\" \\ # $c")]
    [InlineData("DATABASE_URL=`a'b\"c`", "a'b\"c")]
    [InlineData("DATABASE_URL=one\nDATABASE_URL=two", "two")]
    [InlineData("DATABASE_URL=postgresql://u:p$d@h/db?a=b&c=d", "postgresql://u:p$d@h/db?a=b&c=d")]
    [InlineData("DATABASE_URL='a${B}'", "a${B}")]
    [InlineData("DATABASE_URL=", "")]
    [InlineData("DATABASE_URL=''", "")]
    [InlineData("DATABASE_URL= # none", "")]
    [InlineData("KEY=\"-----BEGIN KEY-----\nAbc=\nDef==\n-----END KEY-----\"\nDATABASE_URL=value", "value")]
    public void A_value_is_read(string text, string value) => Assert.Equal(value, DotEnvFile.Read(text, ".env", "DATABASE_URL"));

    [Theory]
    [InlineData("")]
    [InlineData("#DATABASE_URL=value")]
    [InlineData("DATABASE_URLS=value")]
    [InlineData("MY_DATABASE_URL=value")]
    public void A_value_that_is_not_set_is_null(string text) => Assert.Null(DotEnvFile.Read(text, ".env", "DATABASE_URL"));

    [Theory]
    [InlineData("A=1\nsecret\nDATABASE_URL=x", 2, "EnvFileMalformed")]
    [InlineData("DATABASE_URL secret", 1, "EnvFileMalformed")]
    [InlineData("1A=secret", 1, "EnvFileMalformed")]
    [InlineData("\n\nDATABASE_URL=\"secret\nB=2", 3, "EnvFileQuote")]
    [InlineData("DATABASE_URL='secret' secret", 1, "EnvFileQuote")]
    [InlineData("A=\"secret\nDATABASE_URL=\"x\"", 1, "EnvFileQuote")]
    [InlineData("A=1\nDATABASE_URL=postgresql://${secret}@h", 2, "EnvFileReference")]
    public void A_malformed_line_is_an_error_with_file_and_line_but_no_value(string text, int line, string errorId)
    {
        var error = Assert.Throws<MuedException>(() => DotEnvFile.Read(text, ".env.local", "DATABASE_URL"));
        Assert.Equal((errorId, ".env.local", line, ExitCode.Usage), (error.ErrorId, error.File, error.Line, error.ExitCode));
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }
}
