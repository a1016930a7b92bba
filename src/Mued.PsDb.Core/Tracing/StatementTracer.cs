using System.Diagnostics;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Tracing;

/// <summary>
/// Runs scripts and tells what each statement did: by what the server shows between two statements, and not by their text. It takes one
/// round trip a script, and several a large one.
/// </summary>
/// <param name="connection">The database.</param>
/// <param name="sizes">How large tables are, by name; what is not among them is not known.</param>
/// <param name="measured">Whether the tables hold their rows, so that times and numbers of rows tell something.</param>
internal sealed class StatementTracer(
    NpgsqlConnection connection,
    IReadOnlyDictionary<ObjectName, RelationSize> sizes,
    bool measured = false
)
{
    private readonly string marker = $"mued_trace_{Guid.NewGuid():N}";
    private DateTime begun;

    /// <summary>What is known of the database.</summary>
    public TraceState State { get; } = new(sizes);

    /// <summary>Looks at the whole database; what it holds now is what was there before.</summary>
    /// <param name="before">What comes first in the same round trip, for example the beginning of a transaction.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task BeginAsync(IEnumerable<BatchStep> before, CancellationToken cancellationToken) =>
        State.Begin(await LookAsync(before, cancellationToken).ConfigureAwait(false));

    /// <summary>Runs statements inside a transaction.</summary>
    /// <param name="part">The statements.</param>
    /// <param name="around">What opens the transaction, none where it is open; and what checks and ends it.</param>
    /// <param name="evidence">Takes what is found of each statement, also of those before one that fails.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <exception cref="MuedException">A statement, or what stands behind it, failed.</exception>
    public async Task RunAsync(
        ScriptPart part,
        (IEnumerable<BatchStep> Before, IEnumerable<BatchStep> After) around,
        List<StatementEvidence> evidence,
        CancellationToken cancellationToken
    )
    {
        foreach (var flight in part.Flights())
        {
            var (first, last) = (flight.First == part.First, flight.First + flight.Count == part.First + part.Count);
            await FlyAsync(flight, (first ? around.Before : [], last ? around.After : []), evidence, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs a statement that no transaction can hold, and looks for what it left. Its locks are gone by then; those are taken for granted that
    /// the manual says such a statement needs.
    /// </summary>
    /// <exception cref="MuedException">It failed.</exception>
    public async Task<StatementEvidence> RunBareAsync(SqlScript script, string name, int index, CancellationToken cancellationToken)
    {
        var statement = script.Statements[index];
        State.BeginTransaction(new(default, default, 0, State.Counts, []), continues: false);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            await connection.ExecuteAsync([BatchStep.Bare(script.TextOf(statement))], cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            throw ServerError.From(e, script, index, name);
        }

        var duration = Stopwatch.GetElapsedTime(begun);
        var look = await LookAsync([], cancellationToken).ConfigureAwait(false);
        var (relations, changes) = State.Advance(
            look with
            {
                Seen = [.. State.Changed(look.Seen, locks: statement.Index is null)],
            },
            empties: false
        );
        return Of(script, index) with { Traced = false, Duration = duration, Relations = relations, Changes = changes };
    }

    /// <summary>Goes back in the open transaction, and takes what is there then for what was there before.</summary>
    /// <param name="back">What leads there, such as ROLLBACK TO SAVEPOINT.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task ReturnAsync(string back, CancellationToken cancellationToken)
    {
        var look = await LookAsync([back], cancellationToken).ConfigureAwait(false);
        State.Advance(look with { Seen = [.. State.Changed(look.Seen, locks: false)] }, empties: false);
    }

    /// <summary>A statement of which nothing is known, because it was not run.</summary>
    public static StatementEvidence NotRun(SqlScript script, int index) => Of(script, index) with { Traced = false };

    private async Task FlyAsync(
        ScriptPart part,
        (IEnumerable<BatchStep> Before, IEnumerable<BatchStep> After) around,
        List<StatementEvidence> evidence,
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch([.. around.Before, CatalogLook.Whole(marker, State.Active)]);
        var places = new Dictionary<NpgsqlBatchCommand, int>();
        for (var i = part.First; i < part.First + part.Count; i++)
        {
            var step = BatchStep.Unguarded(part.Script.TextOf(part.Script.Statements[i]));
            places.Add(step.Command, i);
            batch.Add(step, CatalogLook.Locked(marker));
        }

        batch.Add(around.After);
        try
        {
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                await ReadAsync(part, reader, evidence, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            int? failed = e.BatchCommand is NpgsqlBatchCommand command && places.TryGetValue(command, out var place) ? place : null;
            throw ServerError.From(e, part.Script, failed, part.Name);
        }
    }

    private async Task<CatalogLook> LookAsync(IEnumerable<BatchStep> before, CancellationToken cancellationToken)
    {
        using var batch = connection.Batch([.. before, CatalogLook.Whole(marker)]);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await NextAsync(reader, cancellationToken).ConfigureAwait(false);
            return await CatalogLook.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(
        ScriptPart part,
        NpgsqlDataReader reader,
        List<StatementEvidence> evidence,
        CancellationToken cancellationToken
    )
    {
        await NextAsync(reader, cancellationToken).ConfigureAwait(false);
        var last = await CatalogLook.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        if (part.First == 0 || !part.Continues)
            begun = last.Begun;
        State.BeginTransaction(last, part.Continues);
        for (var i = part.First; i < part.First + part.Count; i++)
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            await NextAsync(reader, cancellationToken).ConfigureAwait(false);
            var look = await CatalogLook.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
            var (relations, changes) = State.Advance(look, Empties(part.Script.TextOf(part.Script.Statements[i])));
            evidence.Add(
                Of(part.Script, i) with
                {
                    Offset = last.Ended - begun,
                    Duration = look.Begun - last.Ended,
                    WalBytes = look.Wal - last.Wal,
                    Measured = measured,
                    Relations = relations,
                    Changes = changes,
                }
            );
            last = look;
        }

        // An error of what stands behind shows only once its result is asked for.
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
    }

    // A migration's own SELECT must not be taken for ours.
    private async Task NextAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        while (reader.FieldCount == 0 || reader.GetName(0) != marker)
        {
            if (!await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                throw new InvalidOperationException("A look of the tracer has no answer.");
        }
    }

    private static StatementEvidence Of(SqlScript script, int index)
    {
        var statement = script.Statements[index];
        return new(index + 1, statement.Line, statement.Column, script.CommandOf(statement));
    }

    // TRUNCATE leaves the same traces as a rewrite of an empty table, be it in a function or not.
    private static bool Empties(string statement) => statement.HasWord("TRUNCATE");
}
