namespace Mued.PsDb;

/// <summary>What <see cref="MigrationTest"/> is asked to do.</summary>
public sealed record MigrationTestOptions
{
    /// <summary>
    /// The folder, its history, the last version to test, by default all that is pending, and the names of those of them to test, by default
    /// all; the rest of it is not used.
    /// </summary>
    public required MigrationOptions Migrations { get; init; }

    /// <summary>
    /// Files of the folder to test; those before them are what they build on. None tests what is pending: all that the history of the
    /// database does not have, or without a database all of the folder.
    /// </summary>
    public IReadOnlyList<string> New { get; init; } = [];

    /// <summary>
    /// What the migrations build on: a SQL file, such as <c>pg_dump --schema-only</c> writes, or a snapshot. Null takes the schema of the
    /// database, or without one what the earlier files of the folder make.
    /// </summary>
    public string? Base { get; init; }

    /// <summary>Up to how many rows, of one kilobyte each, a table is small, so that work on it is no finding.</summary>
    public int SmallTable { get; init; } = Tracing.SmallTable.DefaultRows;

    /// <summary>The major version of PostgreSQL to test with; null takes the database's, or without one the first server found.</summary>
    public int? ServerMajor { get; init; }

    /// <summary>
    /// Runs them on the database itself, with its rows, in one transaction that is rolled back and within the three bounds that follow; no
    /// sandbox is made, and no safe form proven.
    /// </summary>
    public bool OnTarget { get; init; }

    /// <summary>On the database itself, how long anybody may wait for the test; zero sets no bound.</summary>
    public TimeSpan MaxBlocking { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>On the database itself, how many rows may be added, changed or removed: their dead versions stay until VACUUM.</summary>
    public long MaxRows { get; init; } = 100_000;

    /// <summary>On the database itself, how many bytes of WAL the server may write meanwhile, those of others included.</summary>
    public long MaxWal { get; init; } = 256L << 20;

    /// <summary>From which severity on a finding makes the test fail.</summary>
    public FindingSeverity FailOn { get; init; } = FindingSeverity.Error;

    /// <summary>How the folder is read, and what of it is run. Files that are tested need not be the last ones.</summary>
    internal MigrationOptions Folder => Migrations with { AllowOutOfOrder = true };
}
