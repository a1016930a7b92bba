using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Reads where sequences stand: that is in the sequences themselves, which no query can ask for by OID.</summary>
internal static class SequenceReader
{
    /// <summary>The same sequences with their states, in one round trip.</summary>
    public static async Task<IReadOnlyList<SequenceState>> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SequenceState> sequences,
        CancellationToken cancellationToken
    )
    {
        if (sequences.Count == 0)
            return sequences;
        return await connection
            .QueryAsync<IReadOnlyList<SequenceState>>(
                sequences.Select(sequence => (BatchStep)$"SELECT last_value, is_called FROM {sequence.Name}"),
                async reader =>
                {
                    var states = new List<SequenceState>();
                    foreach (var sequence in sequences)
                        states.AddRange(
                            await reader
                                .RowsAsync(r => sequence with { LastValue = r.GetInt64(0), IsCalled = r.GetBoolean(1) }, cancellationToken)
                                .ConfigureAwait(false)
                        );
                    return states;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
