using Mued.PsDb.Files;

namespace Mued.PsDb;

/// <summary>
/// What <c>mued.json</c> says for every command that is run below it: which migrations, how they are read, and how much a run may cost
/// others. What a command is told itself wins over it; it wins over the defaults. <c>mued.schema.json</c> describes the file.
/// </summary>
public sealed record MuedProject
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "mued.json";

    /// <summary>The current folder, in which commands are run.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The file; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>The folder of the migrations, as a full path.</summary>
    public string? Path { get; init; }

    /// <summary>The convention of that folder.</summary>
    public MigrationLayout? Layout { get; init; }

    /// <summary>Whether several migrations of that folder may share a version.</summary>
    public bool AllowDuplicateVersion { get; init; }

    /// <summary>The file with the schema that the migrations make, as a full path.</summary>
    public string? SchemaFile { get; init; }

    /// <summary>The tables that the migrations build on, and that must be there before the first of them.</summary>
    public IReadOnlyList<RequiredTable>? RequiredTables { get; init; }

    /// <summary>The history table as schema.table.</summary>
    public string? HistoryTable { get; init; }

    /// <summary>That of <see cref="RunOptions"/>.</summary>
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>That of <see cref="RunOptions"/>.</summary>
    public TimeSpan? MaxBlocking { get; init; }

    /// <summary>That of <see cref="RunOptions"/>.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>That of <see cref="RunOptions"/>.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>That of <see cref="RunOptions"/>.</summary>
    public TimeSpan? RetryTime { get; init; }

    /// <summary>The history table: what a command was told, else what the file says, else the default.</summary>
    /// <param name="given">What the command was told.</param>
    /// <returns>Its name.</returns>
    public string HistoryOf(string? given) => given ?? HistoryTable ?? HistoryName.Default;

    /// <summary>Options with what the file says of every run.</summary>
    /// <param name="options">The defaults.</param>
    /// <returns>The same, or what the file says.</returns>
    public T Fill<T>(T options)
        where T : RunOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            LockTimeout = LockTimeout ?? options.LockTimeout,
            MaxBlocking = MaxBlocking ?? options.MaxBlocking,
            StatementTimeout = StatementTimeout ?? options.StatementTimeout,
            MaxAttempts = MaxAttempts ?? options.MaxAttempts,
            RetryTime = RetryTime ?? options.RetryTime,
        };
    }
}
