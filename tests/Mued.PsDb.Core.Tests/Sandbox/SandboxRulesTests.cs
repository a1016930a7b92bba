using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

public class SandboxRulesTests
{
    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", "15.18")]
    [InlineData("postgres (PostgreSQL) 17.10\n", "17.10")]
    [InlineData("postgres (PostgreSQL) 19beta1\n", "19.0")]
    public void The_version_is_read_from_what_postgres_answers(string answer, string version) =>
        Assert.Equal(Version.Parse(version), PostgresBinaries.ParseVersion(answer));

    [Theory]
    [InlineData("")]
    [InlineData("cannot execute: required file not found")]
    public void An_answer_without_a_version_is_none(string answer) => Assert.Null(PostgresBinaries.ParseVersion(answer));

    [Theory]
    [InlineData(17, "17.10.0-beta.17")]
    [InlineData(16, "16.2.0-beta.12")]
    [InlineData(null, "18.1.0-beta.16")]
    [InlineData(14, null)]
    public void The_newest_npm_version_is_chosen_by_number(int? major, string? expected) =>
        Assert.Equal(
            expected,
            NpmPostgres.Newest(
                [
                    "17.9.0-beta.17",
                    "17.10.0-beta.17",
                    "17.10.0-beta.9",
                    "16.2.0-beta.11",
                    "16.2.0-beta.12",
                    "18.1.0-beta.16",
                    "19.0.0-beta.17",
                    ".unpacking-x",
                    "12.1",
                ],
                major
            )
        );

    [Fact]
    public void Settings_of_the_caller_win_and_are_quoted()
    {
        var text = SandboxServer.Configuration(new Dictionary<string, string> { ["fsync"] = "on", ["cluster_name"] = "it's a \\ \n test" });
        Assert.Contains("fsync = 'on'\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("fsync = 'off'", text, StringComparison.Ordinal);
        Assert.Contains(@"cluster_name = 'it''s a \\ \n test'" + "\n", text, StringComparison.Ordinal);
        Assert.Contains("listen_addresses = '127.0.0.1'\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_name_cannot_smuggle_in_a_line() =>
        Assert.Equal(
            "SandboxSettingName",
            Assert
                .Throws<MuedException>(() => SandboxServer.Configuration(new Dictionary<string, string> { ["fsync = on\nport"] = "1" }))
                .ErrorId
        );
}
