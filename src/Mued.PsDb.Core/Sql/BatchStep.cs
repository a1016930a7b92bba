using Npgsql;

namespace Mued.PsDb.Sql;

/// <summary>A statement of a batch, with or without parameters.</summary>
/// <param name="Command">The statement as the driver takes it.</param>
internal readonly record struct BatchStep(NpgsqlBatchCommand Command)
{
    public static implicit operator BatchStep(string sql) => new(new NpgsqlBatchCommand(sql));

    public static implicit operator BatchStep(NpgsqlBatchCommand command) => new(command);
}
