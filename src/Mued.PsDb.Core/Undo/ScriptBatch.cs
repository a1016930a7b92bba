using Mued.PsDb.Files;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Scripts in one batch among statements of our own. Results of ours are told from those of the scripts by the name of their first
/// column; a failure is told with the file, line and column of the script's statement.
/// </summary>
internal sealed class ScriptBatch
{
    private readonly SqlBatch batch;
    private readonly string marker;
    private readonly string clock;
    private readonly Dictionary<NpgsqlBatchCommand, (MigrationFile File, int Statement)> places = [];
    private readonly List<DateTime> times = [];

    /// <summary>Adds the scripts' statements to a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="scripts">The scripts, in order.</param>
    /// <param name="after">What follows each script, so that none finds what another has left in the session.</param>
    /// <param name="marker">The name of the first column of our own results.</param>
    public ScriptBatch(SqlBatch batch, IEnumerable<MigrationFile> scripts, Func<SqlScript, IEnumerable<BatchStep>> after, string marker)
    {
        (this.batch, this.marker, clock) = (batch, marker, marker + "_clock");
        batch.Add($"SELECT clock_timestamp() AS {clock}");
        foreach (var file in scripts)
        {
            for (var i = 0; i < file.Sql.Statements.Count; i++)
            {
                var step = BatchStep.Unguarded(file.Sql.TextOf(file.Sql.Statements[i]));
                places.Add(step.Command, (file, i));
                batch.Add(step);
            }

            batch.Add(after(file.Sql));
            batch.Add($"SELECT clock_timestamp() AS {clock}");
        }
    }

    /// <summary>How long each script took, on the server's clock.</summary>
    public IReadOnlyList<TimeSpan> Durations => [.. times.Skip(1).Zip(times, (end, begin) => end - begin)];

    /// <summary>Sends the batch and reads our own results.</summary>
    /// <param name="read">What reads each, in order.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="MuedException">A statement of a script failed.</exception>
    public async Task ExecuteAsync(IReadOnlyList<Func<NpgsqlDataReader, Task>> read, CancellationToken cancellationToken)
    {
        var own = 0;
        try
        {
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                do
                {
                    if (reader.FieldCount == 0)
                        continue;
                    var name = reader.GetName(0);
                    if (name == marker)
                        await read[own++](reader).ConfigureAwait(false);
                    else if (name == clock && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                        times.Add(reader.GetDateTime(0));
                } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (PostgresException e) when (e.BatchCommand is NpgsqlBatchCommand command && places.TryGetValue(command, out var place))
        {
            throw ServerError.From(e, place.File.Sql, place.Statement, place.File.Name);
        }
    }
}
