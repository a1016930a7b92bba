using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Where sequences stood before the scripts of an undo ran, over all its tries, and which of them the scripts have set back where no shield was:
/// in a function that sets one under a name that nobody can foresee, or one that the role does not own and so cannot lock. No rollback takes that
/// back, so they are put forward after each run of the scripts that is rolled back.
/// </summary>
internal sealed class SequenceWatch
{
    private readonly Dictionary<uint, SequenceUse> stood = [];
    private readonly Dictionary<uint, string> exposed = [];
    private readonly Dictionary<uint, string> unknown = [];
    private readonly List<string> warnings = [];

    /// <summary>Whether anything can set one in its file.</summary>
    public bool MaySet { get; set; } = true;

    /// <summary>Whether scripts that may do so have run since anybody looked.</summary>
    public bool Unseen { get; private set; }

    /// <summary>Those that scripts have set back where no shield was.</summary>
    public IReadOnlyCollection<uint> Exposed => exposed.Keys;

    /// <summary>What a person should know of sequences.</summary>
    public IReadOnlyList<string> Warnings =>
        [.. Names("UndoSequencesExposed", exposed), .. Names("UndoSequencesUnknown", unknown), .. warnings];

    /// <summary>Adds something that a person should know.</summary>
    public void Warn(string warning) => warnings.Add(warning);

    /// <summary>The furthest that a sequence was seen to stand before the scripts ran; null where nobody could see it.</summary>
    public SequenceStanding? Stood(uint oid) => stood.TryGetValue(oid, out var was) ? was.Standing : null;

    /// <summary>The scripts run next.</summary>
    /// <param name="now">The sequences as they are, shields included.</param>
    public void Begin(IEnumerable<SequenceUse> now)
    {
        foreach (var use in now)
            stood[use.Oid] =
                Stood(use.Oid) is { } was && (use.Standing is not { } stands || was.IsAheadOf(stands)) ? use with { Standing = was } : use;
        Unseen = MaySet;
    }

    /// <summary>Sequences that stay, as far as the scripts may have set them back, and where each stands then.</summary>
    /// <param name="after">Those that the transaction has used, as the scripts leave them.</param>
    public IReadOnlyDictionary<uint, SequenceStanding> Reset(IEnumerable<SequenceUse> after) =>
        after
            .Where(use =>
                use.Standing is { } left
                && stood.TryGetValue(use.Oid, out var was)
                && (IsNewFile(was, use) || was.Standing?.IsAheadOf(left) is true)
            )
            .ToDictionary(use => use.Oid, use => use.Standing!.Value);

    /// <summary>
    /// Looks, when the scripts are rolled back, which sequences they have set back nevertheless, also those that they have dropped or given new
    /// files afterwards, and puts them forward.
    /// </summary>
    /// <param name="connection">The database.</param>
    /// <param name="now">The sequences as they are.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="MuedException">One cannot be put forward (<see cref="ExitCode.MigrationFailed"/>); the error names the statements.</exception>
    public async Task LookAsync(NpgsqlConnection connection, IReadOnlyList<SequenceUse> now, CancellationToken cancellationToken)
    {
        if (!Unseen)
            return;
        var back = now.Where(IsSetBack).Select(use => use.Oid).ToHashSet();
        var lost = now.Where(use => use.Locked is not null && (use.Standing is null || Stood(use.Oid) is null)).Select(use => use.Oid);
        var found = await SequenceReader.FindAsync(connection, [.. back, .. lost], cancellationToken).ConfigureAwait(false);
        foreach (var state in found)
            (back.Contains(state.Oid) ? exposed : unknown)[state.Oid] = state.Name.ToString();
        await PutForwardAsync(connection, [.. found.Where(state => back.Contains(state.Oid))], cancellationToken).ConfigureAwait(false);
        Unseen = false;
    }

    /// <summary>
    /// Looks in another session, where that of the scripts is gone. No lock tells there which sequences they used; but who sets one back
    /// by a new file was somebody else.
    /// </summary>
    /// <param name="connection">The database, outside of a transaction.</param>
    /// <param name="begin">Opens one.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="MuedException">One cannot be put forward (<see cref="ExitCode.MigrationFailed"/>); the error names the statements.</exception>
    public async Task SettleAsync(NpgsqlConnection connection, IEnumerable<string> begin, CancellationToken cancellationToken)
    {
        if (!Unseen)
            return;
        await connection.ExecuteAsync(begin.Select(step => (BatchStep)step), cancellationToken).ConfigureAwait(false);
        var now = await connection
            .QueryAsync(
                SequenceStandings.Query("mued_sequence", all: true),
                reader => SequenceStandings.ReadAsync(reader, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        await LookAsync(connection, now, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(["COMMIT"], cancellationToken).ConfigureAwait(false);
    }

    // Each by itself: one that is refused must not keep the others.
    private async Task PutForwardAsync(NpgsqlConnection connection, IReadOnlyList<SequenceState> back, CancellationToken cancellationToken)
    {
        var left = new List<SequenceState>();
        PostgresException? refused = null;
        foreach (var state in back)
        {
            try
            {
                await connection
                    .ExecuteAsync(["SAVEPOINT mued_forward", Forward(state), "RELEASE SAVEPOINT mued_forward"], cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.InvariantSeverity == "ERROR" && e.SqlState != PostgresErrorCodes.QueryCanceled)
            {
                refused = e;
                left.Add(state);
                await connection.ExecuteAsync(["ROLLBACK TO SAVEPOINT mued_forward"], cancellationToken).ConfigureAwait(false);
            }
        }

        if (refused is not null)
            throw Texts.Error(
                ErrorIds.UndoSequencesBack,
                ExitCode.MigrationFailed,
                new ErrorPlace(SqlState: refused.SqlState, TargetName: left[0].Name.ToString()),
                refused,
                string.Join(", ", left.Select(state => state.Name)),
                string.Join(' ', left.Select(state => Forward(state) + ";")),
                refused.MessageText
            );
    }

    private string Forward(SequenceState state) => stood[state.Oid].Standing!.Value.Forward(state.Name);

    private bool IsSetBack(SequenceUse now) =>
        stood.TryGetValue(now.Oid, out var was)
        && was.File == now.File
        && now.Standing is { } stands
        && was.Standing?.IsAheadOf(stands) is true;

    private static bool IsNewFile(SequenceUse was, SequenceUse now) => was.File != now.File && now.Locked is true;

    private static IEnumerable<string> Names(string text, Dictionary<uint, string> names) =>
        names.Count > 0 ? [Texts.Get(text, string.Join(", ", names.Values.Order(StringComparer.Ordinal)))] : [];
}
