using static Mued.PsDb.Tests.Connecting;

namespace Mued.PsDb.Tests;

public sealed class PoolerTests
{
    [PgBouncerFact]
    public async Task A_connection_test_works_through_a_transaction_pooler()
    {
        await using var pooler = await PgBouncerServer.StartAsync();
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var report = await ConnectionTest.RunAsync(Settings(pooler.UrlOf(database.Name)));
        Assert.True(report.Success, string.Join('\n', report.Checks) + report.Error);
        Assert.Equal(Phase2State.Absent, report.Phase2);
    }

    [PgBouncerFact]
    public async Task What_a_pooler_refuses_is_told_apart()
    {
        await using var pooler = await PgBouncerServer.StartAsync();
        Assert.Equal("DatabaseNotFound", (await FailAsync(pooler.UrlOf("no_such_database"))).ErrorId);
        Assert.Equal("PasswordRejected", (await FailAsync(pooler.UrlOf("postgres").With(user: "nobody_at_all"))).ErrorId);
        Assert.Equal("PasswordRejected", (await FailAsync(pooler.UrlOf("postgres").With(password: "wrong"))).ErrorId);
    }
}
