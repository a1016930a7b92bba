using Npgsql;

namespace Mued.PsDb.Sql;

/// <summary>A statement of a batch, with or without parameters.</summary>
/// <param name="Command">The statement as the driver takes it.</param>
/// <param name="Runs">Under which settings it runs.</param>
internal readonly record struct BatchStep(NpgsqlBatchCommand Command, StepRuns Runs)
{
    public static implicit operator BatchStep(string sql) => new(new(sql), StepRuns.Guarded);

    public static implicit operator BatchStep(NpgsqlBatchCommand command) => new(command, StepRuns.Guarded);

    /// <summary>
    /// A statement that runs under the session's own settings: one of a script, or one that names everything in full and lets work what
    /// others wrote for their rows.
    /// </summary>
    public static BatchStep Unguarded(string sql) => Unguarded(new NpgsqlBatchCommand(sql));

    /// <inheritdoc cref="Unguarded(string)"/>
    public static BatchStep Unguarded(NpgsqlBatchCommand command) => new(command, StepRuns.Unguarded);

    /// <summary>
    /// The same where no transaction of ours is open: nothing is sent before it, for PostgreSQL may refuse it behind another statement.
    /// </summary>
    public static BatchStep Bare(string sql) => new(new(sql), StepRuns.Bare);
}
