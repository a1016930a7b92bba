using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Health;

/// <summary>A part of what is asked of a server in one batch: its statements, and what reads their results.</summary>
/// <param name="steps">The statements.</param>
/// <param name="read">Reads; the reader stands on the first of their results, and goes on to the next after the last.</param>
internal sealed class HealthPart(IReadOnlyList<BatchStep> steps, Func<NpgsqlDataReader, Task> read)
{
    /// <summary>How long a part waits for whoever has locked what it looks at.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Why the server would not tell; null when it did.</summary>
    public PostgresException? Fault { get; private set; }

    /// <summary>
    /// Asks for all parts in one round trip. A part that the server refuses, be it for a missing privilege or for a lock of others, is left out,
    /// and the rest asked again.
    /// </summary>
    /// <param name="connection">The database.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public static async Task ReadAsync(NpgsqlConnection connection, IReadOnlyList<HealthPart> parts, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            var asked = parts.Where(part => part.Fault is null).ToList();
            try
            {
                await AskAsync(connection, asked, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e)
                when (!cancellationToken.IsCancellationRequested
                    && e.InvariantSeverity == "ERROR"
                    && asked.Find(part => part.Has(e.BatchCommand)) is { } refused
                )
            {
                refused.Fault = e;
            }
        }
    }

    private static Task<bool> AskAsync(NpgsqlConnection connection, IReadOnlyList<HealthPart> asked, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            [Phase2.Phase2Tables.Prepare, ServerLimits.LiftInBatch(LongestWait), .. asked.SelectMany(part => part.Steps)],
            async reader =>
            {
                foreach (var part in asked)
                    await part.Read(reader).ConfigureAwait(false);
                return true;
            },
            cancellationToken
        );

    private bool Has(object? command) => Steps.Any(step => ReferenceEquals(step.Command, command));

    /// <summary>Its statements.</summary>
    public IReadOnlyList<BatchStep> Steps => steps;

    private Func<NpgsqlDataReader, Task> Read => read;
}
