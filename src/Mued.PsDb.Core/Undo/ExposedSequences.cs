using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Sequences that scripts have set back where no shield was: in a function that sets one under a name that nobody can foresee, or one that the
/// role does not own and so cannot lock. No rollback takes that back, so they are put forward, at once and after each further run of the scripts
/// that is rolled back.
/// </summary>
internal sealed class ExposedSequences(NpgsqlConnection connection)
{
    private readonly Dictionary<uint, SequenceState> stood = [];

    /// <summary>Whether there is any.</summary>
    public bool Any => stood.Count > 0;

    /// <summary>Their OIDs.</summary>
    public IEnumerable<uint> Oids => stood.Keys;

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => [.. stood.Values.Select(state => state.Name.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>Adds some, with where they stood, and puts all forward.</summary>
    /// <exception cref="MuedException">The role may not (<see cref="ExitCode.MigrationFailed"/>); the error names the statements.</exception>
    public async Task PutForwardAsync(IReadOnlyDictionary<uint, SequenceStanding> found, CancellationToken cancellationToken)
    {
        var added = found.Keys.Where(oid => !stood.ContainsKey(oid)).ToList();
        foreach (var state in await SequenceReader.FindAsync(connection, added, cancellationToken).ConfigureAwait(false))
            stood.Add(state.Oid, state with { LastValue = found[state.Oid].LastValue, IsCalled = found[state.Oid].IsCalled });
        await PutForwardAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts all forward that stand behind where they stood.</summary>
    /// <exception cref="MuedException">The role may not (<see cref="ExitCode.MigrationFailed"/>); the error names the statements.</exception>
    public async Task PutForwardAsync(CancellationToken cancellationToken)
    {
        if (stood.Count == 0)
            return;
        try
        {
            await connection
                .ExecuteAsync(stood.Values.Select(state => (BatchStep)state.Standing.Forward(state.Name)), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Texts.Error(
                "UndoSequencesBack",
                ExitCode.MigrationFailed,
                new ErrorPlace(SqlState: e.SqlState, TargetName: Names[0]),
                e,
                string.Join(", ", Names),
                string.Join(' ', stood.Values.Select(state => state.Standing.Statement(state.Name)))
            );
        }
    }
}
