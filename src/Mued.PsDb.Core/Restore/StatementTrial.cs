using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>Tries statements inside the caller's transaction, which goes on whatever becomes of them.</summary>
internal static class StatementTrial
{
    /// <summary>
    /// Tries them in one flight; where one fails, those before it are sent again, and those behind it. Returns why some failed, by their places.
    /// </summary>
    public static async Task<IReadOnlyDictionary<int, string>> RunAsync(
        NpgsqlConnection connection,
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken
    )
    {
        var failures = new Dictionary<int, string>();
        var flights = new Stack<(int From, int To)>([(0, texts.Count)]);
        while (flights.TryPop(out var flight))
        {
            if (flight.From == flight.To)
                continue;
            if (await FirstFailureAsync(connection, texts, flight, cancellationToken).ConfigureAwait(false) is not { } failure)
                continue;
            failures.Add(failure.At, failure.Reason);
            flights.Push((failure.At + 1, flight.To));
            flights.Push((flight.From, failure.At));
        }

        return failures;
    }

    private static async Task<(int At, string Reason)?> FirstFailureAsync(
        NpgsqlConnection connection,
        IReadOnlyList<string> texts,
        (int From, int To) flight,
        CancellationToken cancellationToken
    )
    {
        var places = new Dictionary<NpgsqlBatchCommand, int>();
        using var batch = connection.Batch("SAVEPOINT mued_objects", SessionGuard.AllowViews);
        for (var i = flight.From; i < flight.To; i++)
        {
            var script = SqlScript.Parse(texts[i], "");
            foreach (var statement in script.Statements)
            {
                BatchStep step = script.TextOf(statement);
                places.Add(step.Command, i);
                batch.Add(step);
            }
        }

        batch.Add(SessionGuard.ForbidViews, "RELEASE SAVEPOINT mued_objects");
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException e) when (e.BatchCommand is NpgsqlBatchCommand command && places.TryGetValue(command, out var at))
        {
            await connection
                .ExecuteAsync(["ROLLBACK TO SAVEPOINT mued_objects", "RELEASE SAVEPOINT mued_objects"], cancellationToken)
                .ConfigureAwait(false);
            return (at, e.MessageText);
        }
    }
}
