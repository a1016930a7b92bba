using Mued.PsDb.Connections;

namespace Mued.PsDb.Tests;

public sealed class PassFileTests
{
    private static readonly PassFile File = PassFile.Parse(
        "# comment\r\n"
            + "not an entry\n"
            + "db.example.com:5432:shop:alice:first\n"
            + "db.example.com:*:*:alice:sec\\:ond\\\\\n"
            + "localhost:5433:*:*:socket:with:colons\n"
            + "\\:\\:1:5432:*:*:six\n"
            + "*:*:*:bob:anywhere\n"
    );

    [Theory]
    [InlineData("db.example.com", 5432, "shop", "alice", "first")]
    [InlineData("db.example.com", 6000, "shop", "alice", "sec:ond\\")]
    [InlineData("localhost", 5433, "x", "y", "socket:with:colons")]
    [InlineData("/var/run/postgresql", 5433, "x", "y", "socket:with:colons")]
    [InlineData("::1", 5432, "x", "y", "six")]
    [InlineData("elsewhere", 1, "x", "bob", "anywhere")]
    [InlineData("elsewhere", 1, "x", "carol", null)]
    public void The_first_line_that_fits_gives_the_password(string host, int port, string database, string user, string? password) =>
        Assert.Equal(password, File.Find(host, port, database, user));
}
