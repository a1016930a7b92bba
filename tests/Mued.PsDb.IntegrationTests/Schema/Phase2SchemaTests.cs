using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

public sealed class Phase2SchemaTests(ITestOutputHelper output)
{
    /// <summary>
    /// With MUED_UPDATE_EXPECTED=1 the file is written anew. Scope, seeds' columns, forbidden constraints and integrity rules are
    /// written by hand and kept.
    /// </summary>
    [Fact]
    public async Task Expected_schema_is_what_the_migrations_make()
    {
        await using var database = await Phase2Database.CreateAsync();
        var settings = ConnectionSettings.Resolve(new() { Connection = database.Url });

        var made = await SchemaExport.RunAsync(settings, new() { Template = Phase2Database.ExpectedFile });

        if (Environment.GetEnvironmentVariable("MUED_UPDATE_EXPECTED") == "1")
            made.Save(Phase2Database.ExpectedFile);
        Assert.Equal(await File.ReadAllTextAsync(Phase2Database.ExpectedFile), made.ToJson());
    }

    [Theory, Major(14), Major(15), Major(16), Major(17), Major(18)]
    public async Task Expected_schema_passes_on_every_major(int major)
    {
        await using var database = await Phase2Database.CreateAsync(await TestServer.ForMajorAsync(major));
        await using var connection = await database.OpenAsync();

        var report = await SchemaTest.RunAsync(
            connection,
            SnapshotFile.Load(Phase2Database.ExpectedFile),
            new() { Strict = true },
            default
        );

        output.WriteLine(
            $"PostgreSQL {report.ServerVersion}: {report.Checks.Count} checks, {report.Checks.Count(c => c.Status == CheckStatus.Passed)} passed"
        );
        Assert.All(report.Checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.StartsWith($"{major}.", report.ServerVersion, StringComparison.Ordinal);
        Assert.True(report.Passed);
    }
}
