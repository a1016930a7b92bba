using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Tests.Runs;

public class OwnTransactionTests
{
    [Fact]
    public async Task What_a_transaction_and_its_subtransactions_have_written_is_known_and_no_id_to_come_is_asked_for()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE t (name text); INSERT INTO t VALUES ('other')");
        await using var connection = await database.OpenAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("BEGIN"),
                new("INSERT INTO t VALUES ('own')"),
                new("DO $$ BEGIN INSERT INTO t VALUES ('part'); EXCEPTION WHEN division_by_zero THEN END $$"),
                new($"SELECT string_agg(name, ' ' ORDER BY name) FROM t WHERE {OwnTransaction.Wrote}"),
            },
        };
        Assert.Equal("own part", await batch.ExecuteScalarAsync());

        // As a row that was frozen an epoch ago, whose id comes again in a while.
        await using var frozen = new NpgsqlCommand(
            $"SELECT count(*) FROM (SELECT (pg_current_xact_id()::text::bigint % 4294967296 + 5000000)::text::xid) AS r (xmin) WHERE {OwnTransaction.Wrote}",
            connection
        );
        await frozen.ExecuteScalarAsync();
    }
}
