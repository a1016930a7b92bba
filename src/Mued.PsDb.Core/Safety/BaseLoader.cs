using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Safety;

/// <summary>
/// Runs the statements of a schema whose order is not known to be right: what fails is tried again as long as others succeed. Roles that are
/// named and missing are made, for a sandbox has none.
/// </summary>
/// <param name="connection">The sandbox.</param>
internal sealed class BaseLoader(NpgsqlConnection connection)
{
    private const int ChunkSize = 200;

    /// <summary>Runs the statements. Returns those that could not be run, by their place, and why.</summary>
    public async Task<IReadOnlyList<(int Index, PostgresException Error)>> RunAsync(
        IReadOnlyList<string> statements,
        CancellationToken cancellationToken
    )
    {
        await connection
            .ExecuteAsync(
                [ServerLimits.LiftInSession(connection, TimeSpan.Zero), BatchStep.Unguarded("SET check_function_bodies = off")],
                cancellationToken
            )
            .ConfigureAwait(false);
        List<int> left = [.. Enumerable.Range(0, statements.Count)];
        while (true)
        {
            var failed = new List<(int Index, PostgresException Error)>();
            foreach (var chunk in left.Chunk(ChunkSize))
            {
                if (await TryAsync(chunk.Select(index => statements[index]), cancellationToken).ConfigureAwait(false) is null)
                    continue;
                foreach (var index in chunk)
                {
                    if (await TryWithRolesAsync(statements[index], cancellationToken).ConfigureAwait(false) is { } error)
                        failed.Add((index, error));
                }
            }

            if (failed.Count == 0 || failed.Count == left.Count)
                return failed;
            left = [.. failed.Select(item => item.Index)];
        }
    }

    private async Task<PostgresException?> TryWithRolesAsync(string statement, CancellationToken cancellationToken)
    {
        var error = await TryAsync([statement], cancellationToken).ConfigureAwait(false);
        if (error is not { SqlState: PostgresErrorCodes.UndefinedObject })
            return error;
        return await MissingRoles.MakeAsync(connection, statement, cancellationToken).ConfigureAwait(false)
            ? await TryAsync([statement], cancellationToken).ConfigureAwait(false)
            : error;
    }

    private async Task<PostgresException?> TryAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(statements.Select(BatchStep.Bare), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException e)
        {
            return e;
        }
    }
}
